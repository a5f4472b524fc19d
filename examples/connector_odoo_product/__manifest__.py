# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Odoo Connector: Products (example)",
    "summary": "Import product categories and products from another Odoo",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector_odoo", "product"],
    "data": [
        "security/ir.model.access.csv",
        "data/queue.job.function.csv",
    ],
    "auto_install": True,
    "installable": True,
}

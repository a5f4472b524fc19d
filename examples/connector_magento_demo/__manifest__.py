# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Magento Connector (example)",
    "summary": "Import from Magento 1 and 2; invoices, shipments and stock go back, by jobs",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector_shop"],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_channel.xml",
        "data/queue.job.function.csv",
        "views/magento_backend_views.xml",
        "views/menus.xml",
    ],
    "application": False,
    "installable": True,
}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Components",
    "summary": "Decoupled classes, found by collection, usage and model",
    "version": "19.0.2.0.0",
    "development_status": "Beta",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Technical",
    "depends": ["base"],
    "data": [],
    "installable": True,
}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Odoo Connector (example)",
    "summary": "Import states, contact tags and contacts from another Odoo, by jobs",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector", "contacts"],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_channel.xml",
        "data/queue.job.function.csv",
        "views/odoo_import_kind_views.xml",
        "views/odoo_backend_views.xml",
        "views/odoo_binding_views.xml",
        "views/menus.xml",
    ],
    "application": False,
    "installable": True,
}

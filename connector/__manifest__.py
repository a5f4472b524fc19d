# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Connector",
    "summary": "Keeps Odoo in step with other systems: binders, mappers, importers, exporters",
    "version": "19.0.2.0.0",
    "category": "Technical",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["mail", "queue_job", "component", "component_event"],
    "external_dependencies": {"python": ["requests", "lxml"]},
    "data": [
        "security/connector_security.xml",
        "security/ir.model.access.csv",
        "data/queue_job_function.xml",
        "views/connector_menus.xml",
        "views/connector_backend_views.xml",
        "views/connector_checkpoint_views.xml",
        "views/res_partner_views.xml",
    ],
    "installable": True,
}

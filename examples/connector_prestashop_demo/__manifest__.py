# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "PrestaShop Connector (example)",
    "summary": "Import catalogue, customers and orders of PrestaShop; send stock and tracking back",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector_shop"],
    "external_dependencies": {"python": ["requests", "lxml"]},
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_channel.xml",
        "data/queue.job.function.csv",
        "views/prestashop_backend_views.xml",
        "views/menus.xml",
    ],
    "application": False,
    "installable": True,
}

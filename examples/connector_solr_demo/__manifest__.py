# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Solr Connector (example)",
    "summary": "Products in a search index of Apache Solr, kept up to date by jobs",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector", "product"],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_channel.xml",
        "data/queue.job.function.csv",
        "views/solr_backend_views.xml",
        "views/solr_product_views.xml",
        "views/menus.xml",
    ],
    "application": False,
    "installable": True,
}

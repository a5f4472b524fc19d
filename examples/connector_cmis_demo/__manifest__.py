# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "CMIS Connector (example)",
    "summary": "Attachments in a document repository that speaks CMIS 1.1, in both directions",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "depends": ["connector"],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_channel.xml",
        "data/queue.job.function.csv",
        "views/cmis_backend_views.xml",
        "views/cmis_document_views.xml",
        "views/menus.xml",
    ],
    "application": False,
    "installable": True,
}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Job Queue Upgrade Tests",
    "summary": "Jobs that are enqueued with the older addon and run after the upgrade",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["queue_job"],
    "data": ["security/ir.model.access.csv", "data/queue_job_function.xml"],
    "installable": True,
}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Job Queue Engine Tests",
    "summary": "Jobs that tell what happened to them, for tests across processes",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["queue_job"],
    "data": ["security/ir.model.access.csv"],
    "installable": True,
}

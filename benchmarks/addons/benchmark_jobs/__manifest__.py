# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Benchmark Jobs",
    "summary": "Jobs that the benchmarks run, on any queue_job with the same public API",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["queue_job"],
    "data": ["security/ir.model.access.csv"],
    "installable": True,
}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Benchmark Components",
    "summary": "Components that the benchmarks look up",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["component"],
    "installable": True,
}

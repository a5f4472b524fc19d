# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Benchmark Mapper",
    "summary": "A mapper that the benchmarks use, on any connector with the same public API",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["connector"],
    "installable": True,
}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
{
    "name": "Connector Tests",
    "summary": "A small connector with real tables, for tests",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Framework contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["connector"],
    "data": ["security/ir.model.access.csv"],
    "installable": True,
}

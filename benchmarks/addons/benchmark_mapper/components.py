# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A mapper of the size that most have: ten direct fields and three methods."""

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping


class BenchmarkShop(models.AbstractModel):
    """The collection it belongs to."""

    _name = "benchmark.shop"
    _inherit = "connector.backend"
    _description = "Backend of a Benchmark"


class BenchmarkMapper(Component):
    """Maps to contacts."""

    _name = "benchmark.mapper"
    _inherit = "base.import.mapper"
    _collection = "benchmark.shop"
    _apply_on = "res.partner"

    direct = [
        ("remote_name", "name"),
        ("remote_ref", "ref"),
        ("remote_email", "email"),
        ("remote_phone", "phone"),
        ("remote_street", "street"),
        ("remote_street2", "street2"),
        ("remote_zip", "zip"),
        ("remote_city", "city"),
        ("remote_function", "function"),
        ("remote_website", "website"),
    ]

    @mapping
    def is_company(self, record):
        return {"is_company": record["kind"] == "company"}

    @mapping
    def comment(self, record):
        return {"comment": record["remarks"]}

    @mapping
    def active(self, record):
        return {"active": not record["deleted"]}

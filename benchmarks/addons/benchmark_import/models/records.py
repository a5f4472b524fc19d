# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class BenchmarkBackend(models.Model):
    _name = "benchmark.backend"
    _inherit = "connector.backend"
    _description = "Backend of a Benchmark"

    records = fields.Integer(help="Number of records that it makes up.")
    group_size = fields.Integer()


class BenchmarkProduct(models.Model):
    _name = "benchmark.product"
    _description = "Product of a Benchmark"

    name = fields.Char(required=True)
    code = fields.Char()
    price = fields.Float()
    weight = fields.Float()
    description = fields.Text()
    sellable = fields.Boolean()
    category_id = fields.Many2one("benchmark.category")


class BenchmarkCategory(models.Model):
    _name = "benchmark.category"
    _description = "Product Category of a Benchmark"

    name = fields.Char(required=True)


class BenchmarkProductBinding(models.Model):
    _name = "benchmark.product.binding"
    _inherit = "external.binding"
    _inherits = {"benchmark.product": "odoo_id"}
    _description = "Product Binding of a Benchmark"

    odoo_id = fields.Many2one("benchmark.product", required=True, ondelete="cascade")
    backend_id = fields.Many2one("benchmark.backend", required=True, ondelete="cascade")
    external_id = fields.Char()


class BenchmarkCategoryBinding(models.Model):
    _name = "benchmark.category.binding"
    _inherit = "external.binding"
    _inherits = {"benchmark.category": "odoo_id"}
    _description = "Product Category Binding of a Benchmark"

    odoo_id = fields.Many2one("benchmark.category", required=True, ondelete="cascade")
    backend_id = fields.Many2one("benchmark.backend", required=True, ondelete="cascade")
    external_id = fields.Char()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class TestCategoryBinding(models.Model):
    _name = "test.connector.category.binding"
    _inherit = "external.binding"
    _inherits = {"test.connector.category": "odoo_id"}
    _description = "Test Category Binding"

    odoo_id = fields.Many2one("test.connector.category", required=True, ondelete="cascade")
    backend_id = fields.Many2one("test.connector.backend", required=True, ondelete="cascade")
    external_id = fields.Char()

    _odoo_uniq = models.Constraint("UNIQUE (backend_id, odoo_id)", "This category is bound twice.")


class TestProductBinding(models.Model):
    _name = "test.connector.product.binding"
    _inherit = "external.binding"
    _inherits = {"test.connector.product": "odoo_id"}
    _description = "Test Product Binding"

    odoo_id = fields.Many2one("test.connector.product", required=True, ondelete="cascade")
    backend_id = fields.Many2one("test.connector.backend", required=True, ondelete="cascade")
    external_id = fields.Char()


class TestNumberBinding(models.Model):
    _name = "test.connector.number.binding"
    _inherit = "external.binding"
    _description = "Test Binding with numbers as ids, and without normal record"

    name = fields.Char()
    backend_id = fields.Many2one("test.connector.backend", required=True, ondelete="cascade")
    external_id = fields.Integer()


class TestOwnNamesBinding(models.Model):
    _name = "test.connector.own.binding"
    _inherit = "external.binding"
    _description = "Test Binding whose fields have names of their own"
    _binding_unique_fields = ("shop_id", "shop_code")

    record_id = fields.Many2one("test.connector.product")
    shop_id = fields.Many2one("test.connector.backend", required=True, ondelete="cascade")
    shop_code = fields.Char()
    shop_date = fields.Datetime()


class TestOddBinding(models.Model):
    _name = "test.connector.odd.binding"
    _inherit = "external.binding"
    _description = "Test Binding that has no external id"

    backend_id = fields.Many2one("test.connector.backend", required=True, ondelete="cascade")


class TestLegacyBinding(models.Model):
    _name = "test.connector.legacy.binding"
    _inherit = "external.binding"
    _description = "Test Binding that has its own constraint, and refuses ours"
    _binding_unique_fields = ()

    backend_id = fields.Many2one("test.connector.backend", required=True, ondelete="cascade")
    external_id = fields.Char()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class TestCategory(models.Model):
    _name = "test.connector.category"
    _description = "Test Category"

    name = fields.Char(required=True)
    binding_ids = fields.One2many("test.connector.category.binding", "odoo_id")


class TestProduct(models.Model):
    _name = "test.connector.product"
    _inherit = ["image.mixin"]
    _description = "Test Product"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    price = fields.Float()
    code = fields.Char()
    note = fields.Char(translate=True)
    category_id = fields.Many2one("test.connector.category")
    shelf_ids = fields.Many2many("test.connector.category")
    parent_id = fields.Many2one("test.connector.product")
    binding_ids = fields.One2many("test.connector.product.binding", "odoo_id")
    # What the context said at each write, so that tests see who wrote.
    exported_writes = fields.Integer(readonly=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Two products have the same code.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.context.get("connector_no_export"):
            for vals in vals_list:
                vals["exported_writes"] = 1
        return super().create(vals_list)

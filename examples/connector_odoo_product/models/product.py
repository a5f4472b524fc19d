# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class OdooProductCategory(models.Model):
    _name = "odoo.product.category"
    _inherit = "odoo.binding"
    _inherits = {"product.category": "odoo_id"}
    _description = "Product Category of Another Odoo"

    odoo_id = fields.Many2one("product.category", "Our category", required=True, ondelete="cascade")


class OdooProductTemplate(models.Model):
    _name = "odoo.product.template"
    _inherit = "odoo.binding"
    _inherits = {"product.template": "odoo_id"}
    _description = "Product of Another Odoo"

    odoo_id = fields.Many2one("product.template", "Our product", required=True, ondelete="cascade")

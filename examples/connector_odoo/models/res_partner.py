# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class OdooPartnerCategory(models.Model):
    _name = "odoo.res.partner.category"
    _inherit = "odoo.binding"
    _inherits = {"res.partner.category": "odoo_id"}
    _description = "Contact Tag of Another Odoo"

    odoo_id = fields.Many2one("res.partner.category", "Our tag", required=True, ondelete="cascade")


class OdooPartner(models.Model):
    _name = "odoo.res.partner"
    _inherit = "odoo.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Contact of Another Odoo"

    odoo_id = fields.Many2one("res.partner", "Our contact", required=True, ondelete="cascade")


class ResPartner(models.Model):
    _inherit = "res.partner"

    odoo_bind_ids = fields.One2many("odoo.res.partner", "odoo_id", string="Contacts of other Odoos")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a shop consists of, and what both sides have anyway: languages, countries, currencies.

The latter are linked by their codes and never created; what has no counterpart stays unlinked.
"""

from odoo import fields, models


class PrestashopLanguage(models.Model):
    _name = "prestashop.language"
    _inherit = "prestashop.binding"
    _description = "PrestaShop Language"
    _rec_name = "name"
    _resource = "languages"

    name = fields.Char()
    code = fields.Char()
    odoo_id = fields.Many2one(
        "res.lang", "Our language", help="Texts in other languages are not imported."
    )


class PrestashopCountry(models.Model):
    _name = "prestashop.country"
    _inherit = "prestashop.binding"
    _description = "PrestaShop Country"
    _rec_name = "code"
    _resource = "countries"

    code = fields.Char()
    odoo_id = fields.Many2one("res.country", "Our country")


class PrestashopState(models.Model):
    _name = "prestashop.country.state"
    _inherit = "prestashop.binding"
    _description = "PrestaShop State"
    _rec_name = "code"
    _resource = "states"

    code = fields.Char()
    odoo_id = fields.Many2one("res.country.state", "Our state")


class PrestashopCurrency(models.Model):
    _name = "prestashop.currency"
    _inherit = "prestashop.binding"
    _description = "PrestaShop Currency"
    _rec_name = "code"
    _resource = "currencies"

    code = fields.Char()
    odoo_id = fields.Many2one("res.currency", "Our currency")


class PrestashopShop(models.Model):
    _name = "prestashop.shop"
    _inherit = "prestashop.binding"
    _description = "PrestaShop Shop"
    _resource = "shops"

    name = fields.Char()
    warehouse_id = fields.Many2one(
        "stock.warehouse", help="It ships the orders of this shop; by default the backend's."
    )


class PrestashopOrderState(models.Model):
    _name = "prestashop.order.state"
    _inherit = "prestashop.binding"
    _description = "PrestaShop Order State"
    _resource = "order_states"

    name = fields.Char(translate=True)
    is_valid = fields.Boolean("Valid", help="Orders in this state are to be confirmed.")

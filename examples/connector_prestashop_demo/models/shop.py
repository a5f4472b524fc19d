# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a shop consists of, and what both sides have anyway: languages, countries, currencies.

The latter are linked by their codes and never created; what has no counterpart stays unlinked.
"""

from odoo import fields, models


class PrestashopLanguage(models.Model):
    _name = "prestashop.language"
    _inherit = ["prestashop.binding", "connector.shop.language"]
    _description = "PrestaShop Language"
    _resource = "languages"


class PrestashopCountry(models.Model):
    _name = "prestashop.country"
    _inherit = ["prestashop.binding", "connector.shop.country"]
    _description = "PrestaShop Country"
    _resource = "countries"


class PrestashopState(models.Model):
    _name = "prestashop.country.state"
    _inherit = ["prestashop.binding", "connector.shop.country.state"]
    _description = "PrestaShop State"
    _resource = "states"


class PrestashopCurrency(models.Model):
    _name = "prestashop.currency"
    _inherit = ["prestashop.binding", "connector.shop.currency"]
    _description = "PrestaShop Currency"
    _resource = "currencies"


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

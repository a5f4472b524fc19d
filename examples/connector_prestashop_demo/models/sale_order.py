# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class PrestashopOrder(models.Model):
    _name = "prestashop.order"
    _inherit = ["prestashop.binding", "connector.shop.order"]
    _description = "PrestaShop Order"
    _resource = "orders"
    _binding_more_fields = (
        "client_order_ref",
        "partner_id",
        "date_order",
        "shop_id",
        "shop_state_id",
        "shop_payment",
        "shop_total",
        "state",
    )

    shop_id = fields.Many2one("prestashop.shop", ondelete="set null")
    shop_state_id = fields.Many2one(
        "prestashop.order.state", "State in the shop", ondelete="set null"
    )
    shop_payment = fields.Char("Payment in the shop")
    shop_total = fields.Float("Total in the shop", digits=(16, 2))

    def _on_tracking_number(self):
        self.filtered("backend_id.export_tracking")._delay_export_tracking_number()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    prestashop_bind_ids = fields.One2many("prestashop.order", "odoo_id", "PrestaShop orders")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class PrestashopOrder(models.Model):
    _name = "prestashop.order"
    _inherit = "prestashop.binding"
    _inherits = {"sale.order": "odoo_id"}
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

    odoo_id = fields.Many2one("sale.order", required=True, ondelete="cascade", index=True)
    shop_id = fields.Many2one("prestashop.shop", ondelete="set null")
    shop_state_id = fields.Many2one(
        "prestashop.order.state", "State in the shop", ondelete="set null"
    )
    shop_payment = fields.Char("Payment in the shop")
    shop_total = fields.Float("Total in the shop", digits=(16, 2))

    @api.private
    def export_tracking_number(self):
        """Send the tracking numbers of the order's deliveries (a job)."""
        self.ensure_one()
        with self._binding_backend().work_on(self._name) as work:
            return work.component(usage="tracking.exporter").run(self)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    prestashop_bind_ids = fields.One2many("prestashop.order", "odoo_id", "PrestaShop orders")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class MagentoSaleOrder(models.Model):
    """An order, by what the shop's interface knows it by: its number in 1.x, its id in 2.x."""

    _name = "magento.sale.order"
    _inherit = "magento.binding"
    _inherits = {"sale.order": "odoo_id"}
    _description = "Order of a Magento Shop"

    odoo_id = fields.Many2one("sale.order", "Order", required=True, ondelete="cascade")
    magento_id = fields.Char("Number in the Shop's Database", readonly=True)
    magento_state = fields.Char("State in the Shop", readonly=True)
    magento_payment = fields.Char("Payment Method in the Shop", readonly=True)
    store_id = fields.Many2one("magento.store", "Store View", readonly=True)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    magento_bind_ids = fields.One2many("magento.sale.order", "odoo_id", string="Magento Orders")


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    magento_item_id = fields.Char(
        readonly=True, copy=False, help="The line in the shop: what is invoiced or shipped there."
    )

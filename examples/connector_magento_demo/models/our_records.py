# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What our own records know of the shops."""

from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    magento_bind_ids = fields.One2many("magento.product", "odoo_id", string="Magento Products")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    magento_bind_ids = fields.One2many("magento.sale.order", "odoo_id", string="Magento Orders")


class AccountMove(models.Model):
    _inherit = "account.move"

    magento_bind_ids = fields.One2many("magento.invoice", "odoo_id", string="Magento Invoices")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    magento_bind_ids = fields.One2many("magento.shipment", "odoo_id", string="Magento Shipments")

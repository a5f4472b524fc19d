# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices and deliveries of orders, which go back to the shop."""

from odoo import fields, models


class MagentoDocument(models.AbstractModel):
    """What is made here for an order of the shop, and told there."""

    _name = "magento.document"
    _inherit = ["magento.binding", "connector.shop.document"]
    _description = "Magento Document"

    shop_order_id = fields.Many2one(
        "magento.sale.order", "Magento Order", required=True, ondelete="cascade", index=True
    )


class MagentoInvoice(models.Model):
    _name = "magento.invoice"
    _inherit = ["magento.document", "connector.shop.invoice"]
    _description = "Magento Invoice"
    _export_option = "export_invoices"


class MagentoShipment(models.Model):
    _name = "magento.shipment"
    _inherit = ["magento.document", "connector.shop.shipment"]
    _description = "Magento Shipment"
    _export_option = "export_shipments"

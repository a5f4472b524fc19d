# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices, shipments and stock go back to the shop."""

from odoo.addons.component.core import Component


class InvoiceExporter(Component):
    _name = "magento.invoice.exporter"
    _inherit = ["shop.invoice.exporter", "magento.base"]
    _apply_on = "magento.invoice"


class ShipmentExporter(Component):
    _name = "magento.shipment.exporter"
    _inherit = ["shop.shipment.exporter", "magento.base"]
    _apply_on = "magento.shipment"


class StockExporter(Component):
    _name = "magento.stock.exporter"
    _inherit = ["shop.stock.exporter", "magento.base"]
    _apply_on = "magento.product"

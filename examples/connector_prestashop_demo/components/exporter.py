# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What goes back to the shop: quantities, and the tracking numbers of deliveries."""

from odoo.addons.component.core import Component


class StockExporter(Component):
    _name = "prestashop.stock.available.exporter"
    _inherit = ["shop.stock.exporter", "prestashop.base"]
    _apply_on = "prestashop.stock.available"


class TrackingExporter(Component):
    _name = "prestashop.tracking.exporter"
    _inherit = ["shop.tracking.exporter", "prestashop.base"]
    _apply_on = "prestashop.order"

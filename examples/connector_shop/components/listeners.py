# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Notice what has to go to a shop. Jobs are made for whoever moves goods, with our own rights."""

from odoo.addons.component.core import Component

from ..models.shop_binding import models_of


class ShopQuantityListener(Component):
    _name = "shop.quantity.listener"
    _inherit = "base.connector.listener"
    _apply_on = "stock.quant"

    def on_record_create(self, record, fields=None):
        self._export(record)

    def on_record_write(self, record, fields=None):
        if {"quantity", "reserved_quantity"} & set(fields or ()):
            self._export(record)

    def _export(self, quants) -> None:
        """Enqueue the export of quantities to the shops that want each change."""
        for stocks in models_of(self.env, "connector.shop.stock"):
            backends = self.env[stocks._fields["backend_id"].comodel_name]
            if backends._sends_stock_at_once:
                stocks.sudo().search(
                    [
                        ("odoo_id", "in", quants.product_id.ids),
                        ("backend_id.export_stock", "=", True),
                        ("backend_id.active", "=", True),
                    ]
                )._delay_export_stock()


class ShopTrackingListener(Component):
    _name = "shop.tracking.listener"
    _inherit = "base.connector.listener"
    _apply_on = "stock.picking"

    def on_record_write(self, record, fields=None):
        if "carrier_tracking_ref" not in (fields or ()):
            return
        active = ("backend_id.active", "=", True)
        for orders in models_of(self.env, "connector.shop.order"):
            domain = [("odoo_id", "in", record.sudo().sale_id.ids), active]
            orders.sudo().search(domain)._on_tracking_number()
        if not any(record.mapped("carrier_tracking_ref")):
            return
        for shipments in models_of(self.env, "connector.shop.shipment"):
            # One that was not exported yet takes it along.
            domain = [("odoo_id", "in", record.ids), ("external_id", "!=", False), active]
            for shipment in shipments.sudo().search(domain):
                shipment.with_delay().export_record(fields=["carrier_tracking_ref"])

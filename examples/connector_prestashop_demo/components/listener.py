# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Notice what has to go to the shop. Jobs are made for whoever moves goods, with our own rights."""

from odoo.addons.component.core import Component
from odoo.addons.queue_job.job import identity_exact


class QuantityListener(Component):
    _name = "prestashop.quantity.listener"
    _inherit = "base.connector.listener"
    _apply_on = "stock.quant"

    def on_record_create(self, record, fields=None):
        self._export(record)

    def on_record_write(self, record, fields=None):
        if {"quantity", "reserved_quantity"} & set(fields or ()):
            self._export(record)

    def _export(self, quants) -> None:
        stocks = self.env["prestashop.stock.available"].sudo()
        stocks.search(
            [
                ("odoo_id", "in", quants.product_id.ids),
                ("backend_id.export_stock", "=", True),
                ("backend_id.active", "=", True),
            ]
        )._delay_export()


class TrackingListener(Component):
    _name = "prestashop.tracking.listener"
    _inherit = "base.connector.listener"
    _apply_on = "stock.picking"

    def on_record_write(self, record, fields=None):
        if "carrier_tracking_ref" not in (fields or ()):
            return
        for binding in record.sudo().sale_id.prestashop_bind_ids:
            if binding.backend_id.export_tracking and binding.backend_id.active:
                binding.with_delay(identity_key=identity_exact).export_tracking_number()

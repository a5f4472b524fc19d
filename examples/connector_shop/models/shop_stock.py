# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models

from odoo.addons.queue_job.job import identity_exact


class ConnectorShopStock(models.AbstractModel):
    """A binding whose ``odoo_id`` is a product with a quantity that the shop is told.

    The ``record.exporter`` of the model inherits from ``shop.stock.exporter``.
    """

    _name = "connector.shop.stock"
    _inherit = "connector.shop.binding"
    _description = "Quantity in a Shop"

    stock_sent = fields.Float("Last Stock Sent", readonly=True, copy=False, aggregator=None)
    stock_date = fields.Datetime("Stock Sent On", readonly=True, copy=False)

    def _stock_to_sell(self) -> float:
        """Return what the shop may sell: what is there, and not reserved."""
        self.ensure_one()
        product = self.odoo_id.with_context(warehouse_id=self._stock_warehouse().id)
        return max(product.free_qty, 0.0)

    def _stock_warehouse(self):
        """Return the warehouse whose goods the shop sells."""
        return self.backend_id.warehouse_id

    def _stock_differs(self) -> bool:
        """Tell whether the quantity is another one than what was sent last."""
        return self.odoo_id.is_storable and self._stock_to_sell() != self.stock_sent

    def _delay_export_stock(self) -> None:
        """Enqueue the export of each, unless a job for it waits already."""
        for stock in self:
            stock.with_delay(identity_key=identity_exact).export_record()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.queue_job.job import identity_exact


class ConnectorShopOrder(models.AbstractModel):
    """An order of the shop."""

    _name = "connector.shop.order"
    _inherit = "connector.shop.binding"
    _inherits = {"sale.order": "odoo_id"}
    _description = "Order of a Shop"

    odoo_id = fields.Many2one("sale.order", "Order", required=True, ondelete="cascade", index=True)

    def _on_tracking_number(self) -> None:
        """Hook: a delivery of the order got another tracking number.

        For shops that know one per order; for those that know shipments see
        ``connector.shop.shipment``.
        """

    def _delay_export_tracking_number(self) -> None:
        """Enqueue the export of each order's tracking numbers, unless a job for it waits."""
        for order in self:
            order.with_delay(identity_key=identity_exact).export_tracking_number()

    @api.private
    def export_tracking_number(self):
        """Send the tracking numbers of the order's deliveries (a job)."""
        self.ensure_one()
        with self._binding_backend().work_on(self._name) as work:
            return work.component(usage="tracking.exporter").run(self)

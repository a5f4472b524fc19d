# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What goes back to the shop: quantities, and the tracking numbers of deliveries."""

from odoo import fields

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping
from odoo.addons.connector.exception import InvalidDataError

#: Characters that the shop has room for.
LONGEST_NUMBER = 64


class StockMapper(Component):
    _name = "prestashop.stock.available.export.mapper"
    _inherit = ["base.export.mapper", "prestashop.base"]
    _apply_on = "prestashop.stock.available"

    @mapping
    def quantity(self, record):
        return {"quantity": record._quantity()}


class StockExporter(Component):
    _name = "prestashop.stock.available.exporter"
    _inherit = ["record.exporter", "prestashop.base"]
    _apply_on = "prestashop.stock.available"

    def _update(self, data) -> None:
        super()._update(data)
        self.binding.exported_quantity = data["quantity"]


class TrackingExporter(Component):
    _name = "prestashop.tracking.exporter"
    _inherit = ["base.exporter", "prestashop.base"]
    _apply_on = "prestashop.order"
    _usage = "tracking.exporter"

    def run(self, binding) -> str:
        """Send the tracking numbers of an order's deliveries.

        :param binding: binding of the order
        :return: what was done, in words
        :raises InvalidDataError: if the shop has no room for them
        """
        pickings = binding.odoo_id.picking_ids.filtered(
            lambda one: one.state != "cancel" and one.picking_type_code == "outgoing"
        )
        numbers = dict.fromkeys(filter(None, pickings.mapped("carrier_tracking_ref")))
        number = ",".join(numbers)
        if not number:
            return self.env._("Order %s has no tracking number.", binding.external_id)
        if len(number) > LONGEST_NUMBER:
            raise InvalidDataError(
                self.env._("%s has more characters than the shop stores (64).", number)
            )
        adapter = self.component(usage="order.carrier.adapter")
        carriers = adapter.search({"filter[id_order]": f"[{binding.external_id}]"})
        if not carriers:
            return self.env._("Order %s is not shipped by a carrier.", binding.external_id)
        adapter.write(max(carriers), {"tracking_number": number})
        binding.with_context(connector_no_export=True).last_export_date = fields.Datetime.now()
        return self.env._("Tracking number %s sent.", number)

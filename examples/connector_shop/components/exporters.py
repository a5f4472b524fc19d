# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What goes back to a shop besides documents: quantities, and tracking numbers."""

from odoo import fields as odoo_fields

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import InvalidDataError


class ShopStockExporter(AbstractComponent):
    """Tells the shop how many of a product it may sell.

    The adapter has ``write_stock(binding, quantity)``. See ``connector.shop.stock``.
    """

    _name = "shop.stock.exporter"
    _inherit = "base.exporter"
    _usage = "record.exporter"

    def run(self, binding, fields=None) -> str:
        """Export the quantity of a product.

        :param binding: binding of ``connector.shop.stock``
        :param fields: not used: there is but one
        :return: what was done, in words
        """
        self.component(usage="record.locker").lock(binding)
        quantity = binding._stock_to_sell()
        self.backend_adapter.write_stock(binding, quantity)
        now = odoo_fields.Datetime.now()
        binding.with_context(connector_no_export=True).write(
            {"stock_sent": quantity, "stock_date": now, "last_export_date": now}
        )
        return self.env._(
            "Quantity of %(product)s: %(quantity)s",
            product=binding.odoo_id.display_name,
            quantity=quantity,
        )


class ShopTrackingExporter(AbstractComponent):
    """Sends the tracking numbers of an order's deliveries, to a shop that has one for each order.

    The adapter has ``write_tracking_number(binding, number)``, which returns whether there was
    anything to write it on. See ``connector.shop.order``.
    """

    _name = "shop.tracking.exporter"
    _inherit = "base.exporter"
    _usage = "tracking.exporter"

    #: characters that the shop has room for
    _longest_number = 64

    def run(self, binding) -> str:
        """Send the tracking numbers of an order.

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
        if len(number) > self._longest_number:
            raise InvalidDataError(
                self.env._(
                    "%(number)s has more characters than the shop stores (%(room)s).",
                    number=number,
                    room=self._longest_number,
                )
            )
        if not self.backend_adapter.write_tracking_number(binding, number):
            return self.env._("Order %s is not shipped by a carrier.", binding.external_id)
        binding.with_context(connector_no_export=True).last_export_date = odoo_fields.Datetime.now()
        return self.env._("Tracking number %s sent.", number)

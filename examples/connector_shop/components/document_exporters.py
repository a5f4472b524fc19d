# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices and shipments of orders go to the shop, see ``connector.shop.document``."""

from collections.abc import Iterator

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.transaction import commit


class ShopDocumentExporter(AbstractComponent):
    """Exports a document once, even if the job dies after the shop has it.

    The adapter has ``create(data)``, which returns the id in the shop, and ``find(order,
    comment)``, which returns the id of the document with a comment of ours, or nothing. The data
    are ``order``, the binding; ``items``, quantities by ``shop_item_id`` of the order's lines; and
    ``comment``.
    """

    _name = "shop.document.exporter"
    _inherit = "record.exporter"

    def _quantities(self, document) -> Iterator[tuple]:
        """List the order lines that a document is about, with quantities in the line's unit."""
        raise NotImplementedError

    def _export_dependencies(self) -> None:
        # Before the lock, which the commit would give back.
        self._begun_before = self.binding.export_begun
        if not self._begun_before:
            self.binding.export_begun = True
            commit(self.env)

    def _map_data(self):
        return self.binding

    def _create_data(self, binding, fields=None) -> dict:
        """Sum up how many of each line of the shop's order the document has."""
        order, items = binding.shop_order_id, {}
        for line, quantity in self._quantities(binding.odoo_id):
            if line.order_id == order.odoo_id and line.shop_item_id and quantity > 0:
                items[line.shop_item_id] = items.get(line.shop_item_id, 0) + quantity
        if not items:
            # It is about what the shop does not know.
            return {}
        for item, number in items.items():
            items[item] = int(number) if number == int(number) else number
        return {"order": order, "items": items, "comment": self._idempotency_key()}

    def _update_data(self, binding, fields=None) -> dict:
        return {}

    def _create(self, data):
        # A try before this one may have sent it: then there is one with our comment.
        found = self._begun_before and self.backend_adapter.find(data["order"], data["comment"])
        return found or self.backend_adapter.create(data)


class ShopInvoiceExporter(AbstractComponent):
    _name = "shop.invoice.exporter"
    _inherit = "shop.document.exporter"

    def _quantities(self, document):
        for invoice_line in document.invoice_line_ids:
            for line in invoice_line.sale_line_ids:
                unit = invoice_line.product_uom_id or line.product_uom_id
                yield line, unit._compute_quantity(invoice_line.quantity, line.product_uom_id)


class ShopShipmentExporter(AbstractComponent):
    """Sends the tracking number too, which comes later as a rule.

    The adapter has ``add_track(external_id, order, number, carrier)``. One with ``_sends_track``
    takes ``track`` and ``carrier`` along when it creates.
    """

    _name = "shop.shipment.exporter"
    _inherit = "shop.document.exporter"

    def _quantities(self, document):
        for move in document.move_ids.filtered(lambda move: move.state == "done"):
            line = move.sale_line_id
            if line:
                yield line, move.product_uom._compute_quantity(move.quantity, line.product_uom_id)

    def _track(self) -> dict:
        """Return the tracking number, and who carries it."""
        picking = self.binding.odoo_id
        carrier = picking.carrier_id.name or self.env._("Carrier")
        return {"track": picking.carrier_tracking_ref or "", "carrier": carrier}

    def _create_data(self, binding, fields=None) -> dict:
        data = super()._create_data(binding, fields=fields)
        if not data:
            return {}
        items = {**data["items"], **self._wholes(binding.odoo_id, data["order"].odoo_id)}
        return {**data, "items": items, **self._track()}

    def _wholes(self, picking, order) -> dict[str, int]:
        """Count what the shop ships as a whole, such as a bundle, where our lines are its parts.

        A shop may want the one or the others, and takes both: it looks for those that it wants. A
        whole goes with the delivery of its last part.

        :param picking: delivery
        :param order: sale order
        :return: number by id of the line in the shop
        """
        before = order.picking_ids.filtered(
            lambda one: (
                one.state == "done"
                and one.picking_type_code == "outgoing"
                and (one.date_done, one.id) < (picking.date_done, picking.id)
            )
        )
        known, now = self._count_wholes(before, order), self._count_wholes(before | picking, order)
        return {one: number - known[one] for one, number in now.items() if number > known[one]}

    def _count_wholes(self, pickings, order) -> dict[str, int]:
        """Count the wholes of which all parts are in some deliveries."""
        shipped = {}
        for picking in pickings:
            for line, quantity in self._quantities(picking):
                shipped[line] = shipped.get(line, 0) + quantity
        parts = order.order_line.filtered(
            lambda line: (
                line.shop_whole_id and line.product_uom_qty and line.product_id.type != "service"
            )
        )
        return {
            # A third of three parts is a little less than one.
            whole_id: int(
                1e-6
                + min(
                    shipped.get(line, 0) * line.shop_whole_quantity / line.product_uom_qty
                    for line in lines
                )
            )
            for whole_id, lines in parts.grouped("shop_whole_id").items()
        }

    def _create(self, data):
        external_id = super()._create(data)
        if self.backend_adapter._sends_track:
            self.binding.tracking_sent = data["track"]
        return external_id

    def _update_data(self, binding, fields=None) -> dict:
        data = self._track()
        return data if data["track"] and data["track"] != binding.tracking_sent else {}

    def _update(self, data) -> None:
        self.backend_adapter.add_track(
            self.external_id, self.binding.shop_order_id, data["track"], data["carrier"]
        )
        self.binding.tracking_sent = data["track"]

    def _after_export(self) -> None:
        if self._exported and (data := self._update_data(self.binding)):
            self._update(data)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices, shipments and stock go back to the shop."""

from odoo import fields

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.transaction import commit


class DocumentExporter(AbstractComponent):
    """Exports a document once, even if the job dies after the shop has it."""

    _name = "magento.document.exporter"
    _inherit = ["record.exporter", "magento.base"]

    def _export_dependencies(self):
        # Before the lock, which the commit would give back.
        self._begun_before = self.binding.export_begun
        if not self._begun_before:
            self.binding.export_begun = True
            commit(self.env)

    def _map_data(self):
        return self.binding

    def _create_data(self, binding, fields=None):
        """Sum up how many of each line of the shop's order the document has."""
        order, items = binding.magento_order_id, {}
        for line, quantity in self._quantities(binding.odoo_id):
            if line.order_id == order.odoo_id and line.magento_item_id and quantity > 0:
                items[line.magento_item_id] = items.get(line.magento_item_id, 0) + quantity
        if not items:
            # It is about what the shop does not know.
            return {}
        for item, number in items.items():
            items[item] = int(number) if number == int(number) else number
        return {
            "order": order,
            "items": items,
            "comment": self._idempotency_key(),
            "notify": self.backend_record.notify_customer,
        }

    def _update_data(self, binding, fields=None):
        return {}

    def _create(self, data):
        # A try before this one may have sent it: then there is one with our comment.
        found = self._begun_before and self.backend_adapter.find(data["order"], data["comment"])
        return found or self.backend_adapter.create(data)


class InvoiceExporter(Component):
    _name = "magento.invoice.exporter"
    _inherit = "magento.document.exporter"
    _apply_on = "magento.invoice"

    def _quantities(self, invoice):
        for invoice_line in invoice.invoice_line_ids:
            for line in invoice_line.sale_line_ids:
                unit = invoice_line.product_uom_id or line.product_uom_id
                yield line, unit._compute_quantity(invoice_line.quantity, line.product_uom_id)


class ShipmentExporter(Component):
    _name = "magento.shipment.exporter"
    _inherit = "magento.document.exporter"
    _apply_on = "magento.shipment"

    def _quantities(self, picking):
        for move in picking.move_ids.filtered(lambda move: move.state == "done"):
            line = move.sale_line_id
            if line:
                yield line, move.product_uom._compute_quantity(move.quantity, line.product_uom_id)

    def _track(self) -> dict:
        """Return the tracking number, and who carries it."""
        picking = self.binding.odoo_id
        carrier = "carrier_id" in picking._fields and picking.carrier_id.name
        track = picking.carrier_tracking_ref or ""
        return {"track": track, "carrier": carrier or self.env._("Carrier")}

    def _create_data(self, binding, fields=None):
        data = super()._create_data(binding, fields=fields)
        return {**data, **self._track()} if data else {}

    def _create(self, data):
        external_id = super()._create(data)
        if self.backend_adapter._sends_track:
            self.binding.tracking_sent = data["track"]
        return external_id

    def _update_data(self, binding, fields=None):
        data = self._track()
        return data if data["track"] and data["track"] != binding.tracking_sent else {}

    def _update(self, data):
        """Send the tracking number, which comes later as a rule."""
        self.backend_adapter.add_track(
            self.external_id, self.binding.magento_order_id, data["track"], data["carrier"]
        )
        self.binding.tracking_sent = data["track"]

    def _after_export(self):
        if self._exported and (data := self._update_data(self.binding)):
            self._update(data)


class StockExporter(Component):
    """Tells the shop how many of a product it may sell."""

    _name = "magento.stock.exporter"
    _inherit = ["base.exporter", "magento.base"]
    _apply_on = "magento.product"
    _usage = "stock.exporter"

    def run(self, binding):
        """Export the stock of a product; return what was done, in words."""
        self.component(usage="record.locker").lock(binding)
        quantity = binding._stock_to_sell()
        self.backend_adapter.write_stock(binding, quantity)
        now = fields.Datetime.now()
        binding.with_context(connector_no_export=True).write(
            {"stock_sent": quantity, "stock_date": now, "last_export_date": now}
        )
        return self.env._(
            "Stock of %(sku)s: %(quantity)s", sku=binding.default_code, quantity=quantity
        )

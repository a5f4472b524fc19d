# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices, shipments and stock go back to the shop."""

from odoo import fields

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import mapping, only_create
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

    def _find_existing(self):
        """Find the document by our comment, if a try before this one may have sent it."""
        if not self._begun_before:
            return None
        return self.backend_adapter.find(self.binding.magento_order_id, self._idempotency_key())

    def _create_data(self, map_record, fields=None, **kwargs):
        data = super()._create_data(map_record, fields=fields, **kwargs)
        # A document without lines of the shop is about what the shop does not know.
        return {**data, "comment": self._idempotency_key()} if data["items"] else {}

    def _create(self, data):
        existing = self._find_existing()
        return self.backend_adapter.create(data) if existing is None else existing


class InvoiceExporter(Component):
    _name = "magento.invoice.exporter"
    _inherit = "magento.document.exporter"
    _apply_on = "magento.invoice"


class ShipmentExporter(Component):
    _name = "magento.shipment.exporter"
    _inherit = "magento.document.exporter"
    _apply_on = "magento.shipment"

    def _create(self, data):
        external_id = super()._create(data)
        if self.backend_adapter._sends_track:
            self.binding.tracking_sent = data["track"]
        return external_id

    def _update(self, data):
        """Send the tracking number, which comes later as a rule."""
        self.backend_adapter.add_track(
            self.external_id, self.binding.magento_order_id, data["track"], data["carrier"]
        )
        self.binding.tracking_sent = data["track"]

    def _update_data(self, map_record, fields=None, **kwargs):
        data = super()._update_data(map_record, **kwargs)
        return data if data["track"] and data["track"] != self.binding.tracking_sent else {}

    def _after_export(self):
        data = self._exported and self._update_data(self._map_data())
        if data:
            self._update(data)


class DocumentMapper(AbstractComponent):
    _name = "magento.document.export.mapper"
    _inherit = ["base.export.mapper", "magento.base"]

    @only_create
    @mapping
    def items(self, record):
        """Sum up how many of each line of the shop's order the document has."""
        items = {}
        order = record.magento_order_id.odoo_id
        for line, quantity in self._quantities(record):
            if line.order_id == order and line.magento_item_id and quantity > 0:
                items[line.magento_item_id] = items.get(line.magento_item_id, 0) + quantity
        return {
            "items": {
                item: int(quantity) if quantity == int(quantity) else quantity
                for item, quantity in items.items()
            }
        }

    @only_create
    @mapping
    def order(self, record):
        notify = self.backend_record.notify_customer
        return {"order": record.magento_order_id, "notify": notify}

    def _quantities(self, record):
        """List order lines and quantities of a document, in the unit of the order."""
        raise NotImplementedError


class InvoiceMapper(Component):
    _name = "magento.invoice.export.mapper"
    _inherit = "magento.document.export.mapper"
    _apply_on = "magento.invoice"

    def _quantities(self, record):
        for invoice_line in record.odoo_id.invoice_line_ids:
            for line in invoice_line.sale_line_ids:
                unit = invoice_line.product_uom_id or line.product_uom_id
                yield line, unit._compute_quantity(invoice_line.quantity, line.product_uom_id)


class ShipmentMapper(Component):
    _name = "magento.shipment.export.mapper"
    _inherit = "magento.document.export.mapper"
    _apply_on = "magento.shipment"

    def _quantities(self, record):
        for move in record.odoo_id.move_ids.filtered(lambda move: move.state == "done"):
            line = move.sale_line_id
            if line:
                yield line, move.product_uom._compute_quantity(move.quantity, line.product_uom_id)

    @mapping
    def track(self, record):
        picking = record.odoo_id
        carrier = picking.carrier_id.name if "carrier_id" in picking._fields else ""
        return {
            "track": picking.carrier_tracking_ref or "",
            "carrier": carrier or self.env._("Carrier"),
        }


class StockExporter(Component):
    """Tells the shop how many of a product it may sell."""

    _name = "magento.stock.exporter"
    _inherit = ["base.exporter", "magento.base"]
    _apply_on = "magento.product"
    _usage = "stock.exporter"

    def run(self, binding):
        """Export the stock.

        :param binding: of a product
        :return: what was done, in words
        """
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

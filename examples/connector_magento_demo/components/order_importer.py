# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import hashlib
import json

from odoo.addons.component.core import Component

from ..records.customers import customer
from .customer_importer import GUEST, ORDERED

#: States in the shop in which an order is to be delivered, and those in which it was.
TO_DELIVER = ("processing",)
DELIVERED = ("complete", "closed")


class OrderImporter(Component):
    """Imports an order, with its products and its customer."""

    _name = "magento.sale.order.importer"
    _inherit = "magento.record.importer"
    _apply_on = "magento.sale.order"

    def _prepare(self):
        self._is_new = not self.binding
        super()._prepare()

    def _dependencies(self):
        yield from super()._dependencies()
        if self.binding:
            return
        yield "magento.partner", self.external_record["customer_id"]
        lines = self.component(usage="order.lines")
        for line in self.external_record["lines"]:
            if not lines.find_product(line):
                yield "magento.product", line["product"]

    def _import_dependencies(self):
        super()._import_dependencies()
        if self.binding:
            return
        if not self._customer():
            guest = customer({"id": self._guest_id(), "email": self.external_record["email"]})
            guest["name"] = self.external_record["name"] or guest["name"]
            self._import_dependency(self._guest_id(), "magento.partner", external_record=guest)
        billing, shipping = self.external_record["billing"], self.external_record["shipping"]
        self._invoice_to = self._import_address(billing, "billing")
        self._deliver_to = self._import_address(shipping or billing, "shipping")

    def _guest_id(self) -> str:
        """Name who ordered without an account, or with one that is gone."""
        return GUEST + (self.external_record["email"].lower() or f"order {self.external_id}")

    def _customer(self):
        """Find the binding of who ordered."""
        binder = self.binder_for("magento.partner")
        customer_id = self.external_record["customer_id"]
        found = customer_id and binder.to_internal(customer_id)
        return found or binder.to_internal(self._guest_id())

    def _import_address(self, address: dict, kind: str):
        """Find an address among the customer's, as it was when the order was made; or add it."""
        customer = self._customer()
        partner = customer.odoo_id
        if not address:
            return partner
        mapper = self.component(usage="import.mapper", model_name="magento.address")
        values = mapper.address(address)
        for known in partner | partner.child_ids:
            (found,) = known.read(list(values), load=False)
            if all(found[name] == value for name, value in values.items()):
                return known
        # Two orders at once give it the same id, by which it is bound once.
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
        external_id = f"{ORDERED}{customer.external_id}:{digest}"
        record = {**address, "customer_id": customer.external_id}
        record |= {name: name == kind for name in ("billing", "shipping")}
        self._import_dependency(external_id, "magento.address", external_record=record)
        return self.binder_for("magento.address").to_internal(external_id, unwrap=True)

    def _create_data(self, map_record, **kwargs):
        data = super()._create_data(map_record, **kwargs)
        data["partner_id"] = self._customer().odoo_id.id
        data["partner_invoice_id"] = self._invoice_to.id
        data["partner_shipping_id"] = self._deliver_to.id
        return data

    def _after_import(self, binding):
        order, state = binding.odoo_id, self.external_record["state"]
        if state == "canceled":
            self._cancel(order)
        elif order.state in ("draft", "sent") and self.backend_record.confirm_orders:
            if state in (*TO_DELIVER, *DELIVERED):
                date = order.date_order
                order.action_confirm()
                order.date_order = date
            if state in DELIVERED:
                # It left the shop before we knew of it.
                order.picking_ids.action_cancel()
        self._check_total(order)

    def _cancel(self, order):
        """Cancel an order, unless something has been done for it."""
        if order.state == "cancel":
            return
        done = "done" in order.picking_ids.mapped("state")
        if done or "posted" in order.invoice_ids.mapped("state") or order.locked:
            reason = self.env._("It was cancelled in the shop, but something is done for it here.")
            self.backend_record.add_checkpoint(order, reason=reason)
        else:
            order._action_cancel()

    def _check_total(self, order):
        """Ask for a review of a new order whose sum is not what the shop says."""
        total = self.external_record["total"]
        # A few cents are rounding.
        if self._is_new and abs(order.amount_total - total) >= 0.05:
            reason = self.env._(
                "The total is %(ours)s here, and %(theirs)s in the shop.",
                ours=order.currency_id.format(order.amount_total),
                theirs=order.currency_id.format(total),
            )
            self.backend_record.add_checkpoint(order, reason=reason)

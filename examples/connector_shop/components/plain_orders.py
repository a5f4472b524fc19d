# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Orders that bring all that is known of them along, in a form that is the same for every shop.

The adapter makes such a dictionary of what the shop sends:

=========================== ====================================================================
``number``, ``date``        how the customer knows it; naive UTC, or ``False``
``currency``                code of three letters
``customer_id``             id of the customer in the shop; ``None`` for a guest
``email``, ``name``         of who ordered
``billing``, ``shipping``   addresses, see ``shop.address.import.mapper``; empty for none
``lines``                   ``id``, ``name``, ``quantity``, ``price``, ``price_with_tax``,
                            ``tax_percent``, ``discount`` of the whole line, without tax; and
                            what ``_product_keys`` names. ``whole_id`` and ``whole_quantity``
                            if the shop has a line for the whole of which this one is a part
``shipping_title``,         what it is called; the price without tax, and with it; the discount on
``shipping_price``,         it, without tax
``shipping_with_tax``,
``shipping_discount``
``discount_title``          why there is one, such as a coupon
``total``                   what the customer paid, with taxes
=========================== ====================================================================
"""

import hashlib
import json
from collections.abc import Iterator

from odoo.tools import float_is_zero

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import mapping, only_create

#: External ids of customers without an account begin with it.
GUEST = "guest:"
#: ... and those of addresses that only an order has.
ORDERED = "order:"


class ShopPlainOrderMapper(AbstractComponent):
    """Makes orders with their lines: products, shipping, and discounts."""

    _name = "shop.plain.order.import.mapper"
    _inherit = "shop.order.import.mapper"

    #: binding model of products
    _product_model = None
    #: fields of the binding by which the product of a line is found -> keys of the line
    _product_keys = {"external_id": "product", "default_code": "sku"}

    @only_create
    @mapping
    def header(self, record):
        backend = self.backend_record
        values = {
            "client_order_ref": record["number"],
            "origin": f"{backend.name} {record['number']}",
        }
        return {**values, "date_order": record["date"]} if record["date"] else values

    def currency(self, record):
        return self.currency_of(record["currency"])

    def find_product(self, line: dict):
        """Find the product of a line of an order; empty if it is not known."""
        bindings = self.env[self._product_model].with_context(active_test=False)
        mine = [("backend_id", "=", self.backend_record.id)]
        for field, key in self._product_keys.items():
            found = line[key] and bindings.search([*mine, (field, "=", line[key])], limit=1)
            if found:
                return found.odoo_id
        return self.env["product.product"]

    def lines(self, record):
        for line in record["lines"]:
            yield self.product_line(line)
        percent = self._shipping_percent(record)
        yield from self._shipping(record, percent)
        yield from self._discounts(record, percent or 0.0)

    def product_line(self, line: dict) -> dict:
        """Make the line of a product."""
        values = self.line(
            self.find_product(line) or "unknown",
            line["name"],
            line["quantity"],
            line["price"],
            line["price_with_tax"],
            line["tax_percent"],
        )
        return {
            **values,
            "shop_item_id": line["id"],
            "shop_whole_id": line.get("whole_id"),
            "shop_whole_quantity": line.get("whole_quantity") or 0.0,
        }

    def _shipping_percent(self, order: dict) -> float | None:
        """Find the tax of the shipping, which is told as an amount; ``None`` if no line has it."""
        price, with_tax = order["shipping_price"], order["shipping_with_tax"]

        def miss(percent):
            return abs(price * (1 + percent / 100) - with_tax)

        percent = min({0.0, *(line["tax_percent"] for line in order["lines"])}, key=miss)
        return percent if miss(percent) < 0.01 else None

    def _shipping(self, order: dict, percent: float | None) -> Iterator[dict]:
        """Make the line of the shipping."""
        price, with_tax = order["shipping_price"], order["shipping_with_tax"]
        if float_is_zero(with_tax, precision_digits=2):
            return
        if percent is None:
            price, percent = with_tax, 0.0
        yield self.line("shipping", order["shipping_title"], 1, price, with_tax, percent)

    def _discounts(self, order: dict, shipping_percent: float) -> Iterator[dict]:
        """Make one line for the discounts of each tax."""
        sums = {shipping_percent: order["shipping_discount"]}
        for line in order["lines"]:
            sums[line["tax_percent"]] = sums.get(line["tax_percent"], 0.0) + line["discount"]
        for percent, price in sums.items():
            if not float_is_zero(price, precision_digits=2):
                with_tax = -price * (1 + percent / 100)
                yield self.line("discount", order["discount_title"], 1, -price, with_tax, percent)


class ShopPlainOrderImporter(AbstractComponent):
    """Imports an order, with its products and its customer."""

    _name = "shop.plain.order.importer"
    _inherit = "shop.order.importer"

    #: binding models of customers and of their addresses
    _customer_model = None
    _address_model = None

    def _guest(self) -> dict:
        """Make the record of a customer without an account, as the customers' mapper knows it."""
        raise NotImplementedError

    def _shop_total(self) -> float:
        return self.external_record["total"]

    def _dependencies(self):
        yield from super()._dependencies()
        if self.binding:
            return
        yield self._customer_model, self.external_record["customer_id"]
        for line in self.external_record["lines"]:
            if not self.mapper.find_product(line):
                yield self.mapper._product_model, self._product_id(line)

    def _product_id(self, line: dict):
        """Tell the id of a line's product, which is not known yet; nothing if it has none."""
        return line[self.mapper._product_keys["external_id"]]

    def _import_dependencies(self):
        super()._import_dependencies()
        if self.binding:
            return
        if not self._customer():
            guest = self._guest()
            self._import_dependency(self._guest_id(), self._customer_model, external_record=guest)
        billing, shipping = self.external_record["billing"], self.external_record["shipping"]
        self._invoice_to = self._import_address(billing, "billing")
        self._deliver_to = self._import_address(shipping or billing, "shipping")

    def _guest_id(self) -> str:
        """Name who ordered without an account, or with one that is gone."""
        return GUEST + (self.external_record["email"].lower() or f"order {self.external_id}")

    def _customer(self):
        """Find the binding of who ordered."""
        binder = self.binder_for(self._customer_model)
        customer_id = self.external_record["customer_id"]
        found = customer_id and binder.to_internal(customer_id)
        return found or binder.to_internal(self._guest_id())

    def _import_address(self, address: dict, kind: str):
        """Find an address among the customer's, as it was when the order was made; or add it."""
        customer = self._customer()
        partner = customer.odoo_id
        if not address:
            return partner
        mapper = self.component(usage="import.mapper", model_name=self._address_model)
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
        self._import_dependency(external_id, self._address_model, external_record=record)
        return self.binder_for(self._address_model).to_internal(external_id, unwrap=True)

    def _create_data(self, map_record, **kwargs):
        data = super()._create_data(map_record, **kwargs)
        data["partner_id"] = self._customer().odoo_id.id
        data["partner_invoice_id"] = self._invoice_to.id
        data["partner_shipping_id"] = self._deliver_to.id
        return data

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The records of Magento 1, read and written by its core API."""

from functools import partial

from odoo import fields

from odoo.addons.component.core import Component
from odoo.addons.connector.components.adapters_kinds import Kind
from odoo.addons.connector.values import ident, number_of, record, records, text

from ..models.magento_backend import IMPORTED
from ..records import customers, orders, products


class RecordAdapter1(Component):
    """What is imported: a ``list`` that takes filters, and an ``info``."""

    _name = "magento1.record.adapter"
    _inherit = "magento1.adapter"
    _apply_on = list(IMPORTED)

    _kinds = {
        # Websites are only known by the stores that belong to them.
        "magento.website": Kind("store.list", customers.website_of_store, whole=True),
        "magento.store": Kind("store.list", customers.store, whole=True),
        "magento.customer.group": Kind("customer_group.list", customers.group, whole=True),
        "magento.category": Kind("catalog_category", products.category),
        "magento.partner": Kind("customer", customers.customer),
        "magento.product": Kind("catalog_product", partial(products.product, id_key="product_id")),
        "magento.sale.order": Kind(
            "sales_order", partial(orders.order, id_key="increment_id", product_key="product_id")
        ),
    }

    def _read_page(self, since, page, limit):
        path = self._kind.path
        if self._kind.whole:
            return records(self.magento(path)), None
        if path == "catalog_category":
            return products.tree(self.magento(f"{path}.tree")), None
        # The interface has no pages.
        conditions = {"updated_at": {"from": fields.Datetime.to_string(since)}} if since else {}
        return records(self.magento(f"{path}.list", conditions)), None

    def _read_one(self, external_id):
        path = self._kind.path
        raw = record(self.magento(f"{path}.info", external_id))
        if raw and path == "customer":
            raw["addresses"] = self.magento("customer_address.list", external_id)
        return raw

    def product_of_line(self, line):
        return line["product"]

    def write_stock(self, binding, quantity):
        data = {"qty": str(number_of(quantity)), "is_in_stock": int(quantity > 0)}
        self.magento("cataloginventory_stock_item.update", binding.external_id, data)


class DocumentAdapter1(Component):
    """Invoices and shipments, which are known by their number."""

    _name = "magento1.document.adapter"
    _inherit = "magento1.adapter"
    _apply_on = ["magento.invoice", "magento.shipment"]

    #: whether a new shipment takes its tracking number along
    _sends_track = False

    @property
    def _resource(self):
        return self.model._name.replace("magento.", "sales_order_")

    def create(self, data):
        items = {item_id: str(quantity) for item_id, quantity in data["items"].items()}
        notify = int(self.backend_record.notify_customer)
        args = data["order"].external_id, items, data["comment"], notify, 0
        return ident(self.magento(f"{self._resource}.create", *args))

    def find(self, order, comment):
        for raw in records(self.magento(f"{self._resource}.list", {"order_id": order.magento_id})):
            document = record(self.magento(f"{self._resource}.info", raw.get("increment_id")))
            comments = (text(item.get("comment")) for item in records(document.get("comments")))
            if comment in comments:
                return ident(raw.get("increment_id"))
        return None

    def add_track(self, external_id, order, number, title):
        self.magento(f"{self._resource}.addTrack", external_id, "custom", title, number)

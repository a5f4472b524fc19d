# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The records of Magento 2, read and written by its REST interface."""

from urllib.parse import quote

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend

from ..records import customers, orders, products
from ..records.values import ident, record, records, some_id, text


class ListedAdapter2(AbstractComponent):
    _name = "magento2.listed.adapter"
    _inherit = ["magento.listed.adapter", "magento2.adapter"]

    def _read_list(self):
        return self._items(self.request("GET", self._path))


class WebsiteAdapter2(Component):
    _name = "magento2.website.adapter"
    _inherit = "magento2.listed.adapter"
    _apply_on = "magento.website"
    _path = "store/websites"
    _neutral = staticmethod(customers.place)


class StoreAdapter2(Component):
    _name = "magento2.store.adapter"
    _inherit = "magento2.website.adapter"
    _apply_on = "magento.store"
    _path = "store/storeViews"


class CustomerGroupAdapter2(Component):
    _name = "magento2.customer.group.adapter"
    _inherit = "magento2.listed.adapter"
    _apply_on = "magento.customer.group"
    _path = "customerGroups/search"
    _neutral = staticmethod(customers.group)

    def _read_list(self):
        return self.iterate()


class CustomerAdapter2(Component):
    _name = "magento2.partner.adapter"
    _inherit = "magento2.adapter"
    _apply_on = "magento.partner"
    _path = "customers/search"
    _neutral = staticmethod(customers.customer)

    def _record_path(self, external_id):
        return f"customers/{quote(external_id, safe='')}"


class CategoryAdapter2(Component):
    _name = "magento2.category.adapter"
    _inherit = "magento2.adapter"
    _apply_on = "magento.category"
    _path = "categories"

    def _neutral(self, raw):
        # The root of all, which the tree of the shop does not show.
        found = products.category(raw)
        return {**found, "parent_id": None} if found["parent_id"] == "1" else found

    def search_page(self, filters=None, page=None, limit=100):
        return products.tree_ids(self.request("GET", self._path).json()), None


class ProductAdapter2(Component):
    _name = "magento2.product.adapter"
    _inherit = "magento2.adapter"
    _apply_on = "magento.product"
    _path = "products"
    _id_key = "sku"

    def _neutral(self, raw):
        return products.product(raw, "sku")

    def write_stock(self, binding, quantity):
        item_id = binding.stock_item_id or self._stock_item(binding.external_id)
        data = {"stockItem": {"qty": quantity, "is_in_stock": quantity > 0}}
        path = f"{self._record_path(binding.external_id)}/stockItems/{item_id}"
        self.request("PUT", path, json=data)

    def _stock_item(self, sku: str) -> str:
        """Ask for the id of a product's stock."""
        found = record(self.request("GET", f"stockItems/{quote(sku, safe='')}").json())
        item_id = some_id(found.get("item_id"))
        if not item_id:
            raise IDMissingInBackend(f"The product {sku} has no stock in the shop.")
        return item_id


class OrderAdapter2(Component):
    _name = "magento2.sale.order.adapter"
    _inherit = "magento2.adapter"
    _apply_on = "magento.sale.order"
    _path = "orders"
    _id_key = "entity_id"

    def _neutral(self, raw):
        return orders.order(raw, "entity_id", "sku")


class DocumentAdapter2(AbstractComponent):
    """Invoices and shipments of an order."""

    _name = "magento2.document.adapter"
    _inherit = "magento2.adapter"
    #: what an order is told to do
    _action = None
    _sends_track = True
    _options = {}

    def create(self, data):
        body = {
            "items": [
                {"order_item_id": int(item_id), "qty": quantity}
                for item_id, quantity in data["items"].items()
            ],
            "notify": data["notify"],
            "comment": {"comment": data["comment"], "is_visible_on_front": 0},
            **self._options,
        }
        if data.get("track"):
            track = {"track_number": data["track"], "title": data["carrier"]}
            body["tracks"] = [{**track, "carrier_code": "custom"}]
        order_id = quote(data["order"].external_id, safe="")
        content = self.request("POST", f"order/{order_id}/{self._action}", json=body).json()
        return ident(record(content).get("entity_id") if isinstance(content, dict) else content)

    def find(self, order, comment):
        params = self._condition("order_id", order.external_id, "eq")
        for raw in self._items(self.request("GET", self._path, params=params)):
            comments = (text(item.get("comment")) for item in records(raw.get("comments")))
            if comment in comments:
                return ident(raw.get("entity_id"))
        return None


class InvoiceAdapter2(Component):
    _name = "magento2.invoice.adapter"
    _inherit = "magento2.document.adapter"
    _apply_on = "magento.invoice"
    _path = "invoices"
    _action = "invoice"
    # The money is taken when the customer pays, not by us.
    _options = {"capture": False}


class ShipmentAdapter2(Component):
    _name = "magento2.shipment.adapter"
    _inherit = "magento2.document.adapter"
    _apply_on = "magento.shipment"
    _path = "shipments"
    _action = "ship"

    def add_track(self, external_id, order, number, title):
        entity = {
            "order_id": int(order.external_id),
            "parent_id": int(external_id),
            "track_number": number,
            "title": title,
            "carrier_code": "custom",
        }
        self.request("POST", "shipment/track", json={"entity": entity})

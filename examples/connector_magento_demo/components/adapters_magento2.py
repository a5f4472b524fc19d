# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The records of Magento 2, read and written by its REST interface."""

from functools import partial
from urllib.parse import quote

from odoo import fields

from odoo.addons.component.core import Component
from odoo.addons.connector.components.adapters_kinds import Kind
from odoo.addons.connector.exception import FailedJobError, IDMissingInBackend
from odoo.addons.connector.values import ident, number_of, record, records, some_id, text

from ..models.magento_backend import IMPORTED
from ..records import customers, orders, products


def condition(field: str, value: str, kind: str) -> dict:
    """Write a filter of a search."""
    prefix = "searchCriteria[filter_groups][0][filters][0]"
    parts = {"field": field, "value": value, "condition_type": kind}
    return {f"{prefix}[{name}]": part for name, part in parts.items()}


class RecordAdapter2(Component):
    """What is imported: searches with pages, and records by their id."""

    _name = "magento2.record.adapter"
    _inherit = "magento2.adapter"
    _apply_on = list(IMPORTED)

    _kinds = {
        "magento.website": Kind("store/websites", customers.website, True),
        "magento.store": Kind("store/storeViews", customers.store, True),
        "magento.customer.group": Kind("customerGroups/search", customers.group, True, "id"),
        # The root of all has the id 1; the tree of the shop does not show it.
        "magento.category": Kind("categories", partial(products.category, root="1")),
        "magento.partner": Kind("customers/search", customers.customer, sort="entity_id"),
        "magento.product": Kind(
            "products", partial(products.product, id_key="sku"), sort="entity_id"
        ),
        "magento.sale.order": Kind(
            "orders",
            partial(orders.order, id_key="entity_id", product_key="sku"),
            sort="entity_id",
        ),
    }

    def _read_page(self, since, page, limit):
        path, page = self._kind.path, page or 1
        if not self._kind.sort:
            # A tree, or a list.
            return products.tree(self.request("GET", path).json()), None
        params = {
            "searchCriteria[pageSize]": limit,
            "searchCriteria[currentPage]": page,
            # Without an order a record may be on two pages, and another one on none.
            "searchCriteria[sortOrders][0][field]": self._kind.sort,
            "searchCriteria[sortOrders][0][direction]": "ASC",
        }
        if since:
            params |= condition("updated_at", fields.Datetime.to_string(since), "gteq")
        content = record(self.request("GET", path, params=params).json())
        found, total = records(content.get("items")), content.get("total_count")
        # Beyond the last page there is the last page again, so the total has to tell.
        more = len(found) >= limit if total is None else page * limit < number_of(total)
        return found, page + 1 if more else None

    def _read_one(self, external_id):
        try:
            return record(self.request("GET", self._path_of(external_id)).json())
        except FailedJobError:
            if self.model._name != "magento.product" or "/" not in external_id:
                raise
            # Web servers may refuse a quoted slash before Magento sees it.
            return self._find_product("sku", external_id)

    def _find_product(self, field: str, value: str) -> dict:
        """Search a product; empty if there is none."""
        content = record(
            self.request("GET", "products", params=condition(field, value, "eq")).json()
        )
        return next(iter(records(content.get("items"))), {})

    def _path_of(self, external_id: str) -> str:
        """Put the path of a record together."""
        return f"{self._kind.path.removesuffix('/search')}/{quote(external_id, safe='')}"

    def product_of_line(self, line):
        # The SKU of what was ordered with options is the product's, with something behind it.
        found = line["magento_id"] and self._find_product("entity_id", line["magento_id"])
        return ident((found or {}).get("sku")) or line["product"]

    def write_stock(self, binding, quantity):
        item_id = binding.stock_item_id or self._stock_item(binding.external_id)
        data = {"stockItem": {"qty": quantity, "is_in_stock": quantity > 0}}
        self.request("PUT", f"{self._path_of(binding.external_id)}/stockItems/{item_id}", json=data)

    def _stock_item(self, sku: str) -> str:
        """Ask for the id of a product's stock."""
        found = record(self.request("GET", f"stockItems/{quote(sku, safe='')}").json())
        item_id = some_id(found.get("item_id"))
        if not item_id:
            raise IDMissingInBackend(f"The product {sku} has no stock in the shop.")
        return item_id


class DocumentAdapter2(Component):
    """Invoices and shipments of an order."""

    _name = "magento2.document.adapter"
    _inherit = "magento2.adapter"
    _apply_on = ["magento.invoice", "magento.shipment"]

    _sends_track = True
    #: where they are, what an order is told to do, and how: money is taken when the customer pays
    _documents = {
        "magento.invoice": ("invoices", "invoice", {"capture": False}),
        "magento.shipment": ("shipments", "ship", {}),
    }

    def create(self, data):
        _path, action, options = self._documents[self.model._name]
        body = {
            "items": [
                {"order_item_id": int(item_id), "qty": quantity}
                for item_id, quantity in data["items"].items()
            ],
            "notify": self.backend_record.notify_customer,
            "comment": {"comment": data["comment"], "is_visible_on_front": 0},
            **options,
        }
        if data.get("track"):
            track = {"track_number": data["track"], "title": data["carrier"]}
            body["tracks"] = [{**track, "carrier_code": "custom"}]
        order_id = quote(data["order"].external_id, safe="")
        content = self.request("POST", f"order/{order_id}/{action}", json=body).json()
        return ident(record(content).get("entity_id") if isinstance(content, dict) else content)

    def find(self, order, comment):
        path, _action, _options = self._documents[self.model._name]
        params = condition("order_id", order.external_id, "eq")
        content = record(self.request("GET", path, params=params).json())
        for raw in records(content.get("items")):
            comments = (text(item.get("comment")) for item in records(raw.get("comments")))
            if comment in comments:
                return ident(raw.get("entity_id"))
        return None

    def add_track(self, external_id, order, number, title):
        entity = {
            "order_id": int(order.external_id),
            "parent_id": int(external_id),
            "track_number": number,
            "title": title,
            "carrier_code": "custom",
        }
        self.request("POST", "shipment/track", json={"entity": entity})

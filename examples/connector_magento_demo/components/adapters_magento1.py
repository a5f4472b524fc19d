# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The records of Magento 1, read and written by its core API."""

from odoo import fields

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend

from ..records import customers, orders, products
from ..records.values import ident, number, record, records, text


class ListedAdapter1(AbstractComponent):
    _name = "magento1.listed.adapter"
    _inherit = ["magento.listed.adapter", "magento1.adapter"]
    _list = None

    def _read_list(self):
        return records(self.magento(self._list))


class WebsiteAdapter1(Component):
    """Websites are only known by the stores that belong to them."""

    _name = "magento1.website.adapter"
    _inherit = "magento1.listed.adapter"
    _apply_on = "magento.website"
    _list = "store.list"

    def _neutral(self, raw):
        return customers.place({"website_id": raw.get("website_id")}, "website_id")


class StoreAdapter1(Component):
    _name = "magento1.store.adapter"
    _inherit = "magento1.listed.adapter"
    _apply_on = "magento.store"
    _list = "store.list"

    def _neutral(self, raw):
        return customers.place(raw, "store_id")


class CustomerGroupAdapter1(Component):
    _name = "magento1.customer.group.adapter"
    _inherit = "magento1.listed.adapter"
    _apply_on = "magento.customer.group"
    _list = "customer_group.list"
    _neutral = staticmethod(customers.group)


class ResourceAdapter1(AbstractComponent):
    """Records with a ``list`` that takes filters, and an ``info``."""

    _name = "magento1.resource.adapter"
    _inherit = "magento1.adapter"
    _resource = None
    _id_key = None

    def search(self, filters=None):
        date = (filters or {}).get("from_date")
        conditions = {"updated_at": {"from": fields.Datetime.to_string(date)}} if date else {}
        found = records(self.magento(f"{self._resource}.list", conditions))
        ids = (ident(raw.get(self._id_key)) for raw in found)
        return list(dict.fromkeys(filter(None, ids)))

    def read(self, external_id):
        raw = record(self.magento(f"{self._resource}.info", external_id))
        if not raw:
            raise IDMissingInBackend(f"{self._resource}.info: there is no {external_id}")
        return self._neutral(raw)


class CustomerAdapter1(Component):
    _name = "magento1.partner.adapter"
    _inherit = "magento1.resource.adapter"
    _apply_on = "magento.partner"
    _resource = "customer"
    _id_key = "customer_id"

    def _neutral(self, raw):
        addresses = self.magento("customer_address.list", ident(raw.get("customer_id")))
        return customers.customer(raw, addresses)


class CategoryAdapter1(Component):
    _name = "magento1.category.adapter"
    _inherit = "magento1.resource.adapter"
    _apply_on = "magento.category"
    _resource = "catalog_category"
    _neutral = staticmethod(products.category)

    def search(self, filters=None):
        return products.tree_ids(self.magento("catalog_category.tree"))


class ProductAdapter1(Component):
    _name = "magento1.product.adapter"
    _inherit = "magento1.resource.adapter"
    _apply_on = "magento.product"
    _resource = "catalog_product"
    _id_key = "product_id"

    def _neutral(self, raw):
        return products.product(raw, "product_id")

    def write_stock(self, binding, quantity):
        data = {"qty": str(number(quantity)), "is_in_stock": int(quantity > 0)}
        self.magento("cataloginventory_stock_item.update", binding.external_id, data)


class OrderAdapter1(Component):
    _name = "magento1.sale.order.adapter"
    _inherit = "magento1.resource.adapter"
    _apply_on = "magento.sale.order"
    _resource = "sales_order"
    _id_key = "increment_id"

    def _neutral(self, raw):
        return orders.order(raw, "increment_id", "product_id")


class DocumentAdapter1(AbstractComponent):
    """Invoices and shipments, which are known by their number."""

    _name = "magento1.document.adapter"
    _inherit = "magento1.adapter"
    _resource = None
    #: whether a new shipment takes its tracking number along
    _sends_track = False

    def create(self, data):
        items = {item_id: str(quantity) for item_id, quantity in data["items"].items()}
        args = data["order"].external_id, items, data["comment"], int(data["notify"]), 0
        return ident(self.magento(f"{self._resource}.create", *args))

    def find(self, order, comment):
        found = records(self.magento(f"{self._resource}.list", {"order_id": order.magento_id}))
        for raw in found:
            document = record(self.magento(f"{self._resource}.info", raw.get("increment_id")))
            comments = (text(item.get("comment")) for item in records(document.get("comments")))
            if comment in comments:
                return ident(raw.get("increment_id"))
        return None


class InvoiceAdapter1(Component):
    _name = "magento1.invoice.adapter"
    _inherit = "magento1.document.adapter"
    _apply_on = "magento.invoice"
    _resource = "sales_order_invoice"


class ShipmentAdapter1(Component):
    _name = "magento1.shipment.adapter"
    _inherit = "magento1.document.adapter"
    _apply_on = "magento.shipment"
    _resource = "sales_order_shipment"

    def add_track(self, external_id, order, number, title):
        self.magento(f"{self._resource}.addTrack", external_id, "custom", title, number)

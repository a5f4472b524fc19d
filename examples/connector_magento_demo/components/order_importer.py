# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector_shop.components.order_importer import CANCELLED, CONFIRMED, DELIVERED

from ..records.customers import customer

#: What is due for an order in a state of the shop; nothing for the others.
STATES = {
    "processing": CONFIRMED,
    "complete": DELIVERED,
    "closed": DELIVERED,
    "canceled": CANCELLED,
}


class OrderImporter(Component):
    """Imports an order, with its products and its customer."""

    _name = "magento.sale.order.importer"
    _inherit = ["shop.plain.order.importer", "magento.record.importer"]
    _apply_on = "magento.sale.order"
    _customer_model = "magento.partner"
    _address_model = "magento.address"

    def _guest(self):
        guest = customer({"id": self._guest_id(), "email": self.external_record["email"]})
        return {**guest, "name": self.external_record["name"] or guest["name"]}

    def _product_id(self, line):
        adapter = self.component(usage="backend.adapter", model_name="magento.product")
        return adapter.product_of_line(line)

    def _shop_state(self):
        return STATES.get(self.external_record["state"])

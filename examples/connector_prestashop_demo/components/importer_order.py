# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections.abc import Iterator

from odoo.addons.component.core import Component
from odoo.addons.connector_shop.components.order_importer import CONFIRMED

from ..webservice import links


class OrderImporter(Component):
    """Creates an order once; later imports follow its state in the shop."""

    _name = "prestashop.order.importer"
    _inherit = ["shop.order.importer", "prestashop.record.importer"]
    _apply_on = "prestashop.order"
    _total_tolerance = 0.011
    _dependency_models = {
        "id_currency": "prestashop.currency",
        "id_customer": "prestashop.customer",
        "id_address_invoice": "prestashop.address",
        "id_address_delivery": "prestashop.address",
    }

    def _dependencies(self) -> Iterator[tuple[str, int]]:
        yield from super()._dependencies()
        for kind, key in (
            ("prestashop.product.template", "product_id"),
            ("prestashop.product.combination", "product_attribute_id"),
        ):
            for external_id in links(self.external_record, "order_rows", key):
                yield kind, external_id

    def _shop_total(self) -> float:
        return self.binding.shop_total

    def _shop_state(self) -> str | None:
        return CONFIRMED if self.binding.shop_state_id.is_valid else None

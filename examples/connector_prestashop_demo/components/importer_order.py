# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections.abc import Iterator

from odoo.addons.component.core import Component

from ..webservice import links

#: Difference of two totals that is no rounding.
TOLERANCE = 0.011


class OrderImporter(Component):
    """Creates an order once; later imports follow its state in the shop."""

    _name = "prestashop.order.importer"
    _inherit = "prestashop.record.importer"
    _apply_on = "prestashop.order"
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

    def _set_up(self, external_id, force: bool = False) -> None:
        super()._set_up(external_id, force=force)
        self._is_new = False

    def _create_data(self, map_record, **kwargs) -> dict:
        self._is_new = True
        return super()._create_data(map_record, **kwargs)

    def _after_import(self, binding) -> None:
        super()._after_import(binding)
        backend = self.backend_record
        order = binding.odoo_id.with_company(backend.company_id)
        if self._is_new and abs(order.amount_total - binding.shop_total) > TOLERANCE:
            reason = self.env._(
                "The total is %(ours)s here, and %(theirs)s in the shop.",
                ours=order.currency_id.format(order.amount_total),
                theirs=order.currency_id.format(binding.shop_total),
            )
            backend.add_checkpoint(order, reason=reason)
        if (
            backend.confirm_orders
            and binding.shop_state_id.is_valid
            and order.state in ("draft", "sent")
        ):
            date = order.date_order
            order.action_confirm()
            # Odoo takes the time of the confirmation for it.
            order.date_order = date

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Products come with their combinations; pictures, and what orders are shipped with."""

import logging

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import AccessRefused, IDMissingInBackend
from odoo.addons.connector.values import id_of

from ..webservice import links

_logger = logging.getLogger(__name__)


class ProductAdapter(Component):
    _name = "prestashop.product.adapter"
    _inherit = "prestashop.adapter"
    _apply_on = "prestashop.product.template"

    def read(self, external_id, **params) -> dict:
        record = super().read(external_id, **params)
        self._add_combinations([record])
        return record

    def read_many(self, external_ids: list[int]) -> dict[int, dict]:
        records = super().read_many(external_ids)
        self._add_combinations(
            [record for record in records.values() if "combinations" not in record]
        )
        return records

    def read_image(self, binding, image_id: str) -> bytes | None:
        """Fetch a picture of a product.

        :return: content of the file; ``None`` if there is none
        """
        path = f"images/products/{binding.external_id}/{image_id}"
        try:
            response = self.request("GET", path, headers={"Accept": "image/*"})
        except IDMissingInBackend:
            return None
        return response.content or None

    def _add_combinations(self, records: list[dict]) -> None:
        """Put the records of their combinations into those of products, in order of their ids.

        They are part of the product: if one changes, the product has.
        """
        adapter = self.component(
            usage="backend.adapter", model_name="prestashop.product.combination"
        )
        with_some = [
            record
            for record in records
            if links(record, "combinations") or id_of(record.get("id_default_combination"))
        ]
        listed = {}
        try:
            if with_some:
                listed = adapter._list_many([self._id_of(one) for one in with_some], "id_product")
            for record in records:
                product_id = self._id_of(record)
                found = {
                    external_id: item
                    for external_id, item in listed.items()
                    if id_of(item.get("id_product")) == product_id
                }
                missing = [one for one in links(record, "combinations") if one not in found]
                found |= adapter.read_many(missing)
                record["combinations"] = [found[external_id] for external_id in sorted(found)]
        except AccessRefused as error:
            _logger.warning("Products are imported without their combinations: %s", error)
            for record in records:
                record.setdefault("combinations", [])


class OrderAdapter(Component):
    _name = "prestashop.order.adapter"
    _inherit = "prestashop.adapter"
    _apply_on = "prestashop.order"

    def write_tracking_number(self, binding, number: str) -> bool:
        adapter = self.component(usage="order.carrier.adapter")
        carriers = adapter.search({"filter[id_order]": f"[{binding.external_id}]"})
        if carriers:
            # The last one, if the shop sent it again with another carrier.
            adapter.write(max(carriers), {"tracking_number": number})
        return bool(carriers)


class OrderCarrierAdapter(Component):
    """How an order is shipped: a resource without a binding of its own."""

    _name = "prestashop.order.carrier.adapter"
    _inherit = "prestashop.adapter"
    _apply_on = "prestashop.order"
    _usage = "order.carrier.adapter"
    _path = "order_carriers"

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping, only_create
from odoo.addons.connector.exception import MappingError
from odoo.addons.connector.values import id_of, number_of, utc_of

from .mapper import link


class OrderMapper(Component):
    _name = "prestashop.order.mapper"
    _inherit = ["shop.order.import.mapper", "prestashop.import.mapper"]
    _apply_on = "prestashop.order"

    direct = [
        ("payment", "shop_payment"),
        (link("current_state"), "shop_state_id"),
        (link("id_shop"), "shop_id"),
    ]

    @mapping
    def total(self, record):
        total = record.get("total_paid_tax_incl") or record.get("total_paid")
        return {"shop_total": number_of(total)}

    @only_create
    @mapping
    def partners(self, record):
        invoice = self.linked(record.get("id_address_invoice"), "prestashop.address")
        delivery = self.linked(record.get("id_address_delivery"), "prestashop.address")
        customer = self.linked(record.get("id_customer"), "prestashop.customer")
        # Customers may be deleted, their orders stay.
        partner = customer or invoice or delivery
        if not partner:
            raise MappingError(
                self.env._(
                    "Neither the customer nor an address of order %s can be read.", record["id"]
                )
            )
        return {
            "partner_id": partner.id,
            "partner_invoice_id": (invoice or partner).id,
            "partner_shipping_id": (delivery or partner).id,
        }

    def currency(self, record):
        return self.linked(record.get("id_currency"), "prestashop.currency")

    def warehouse(self, record):
        shop = self.binder_for("prestashop.shop").to_internal(id_of(record.get("id_shop")))
        return shop.warehouse_id or super().warehouse(record)

    @only_create
    @mapping
    def head(self, record):
        date = utc_of(record.get("date_add"), self.backend_record.tz)
        return {
            "client_order_ref": record.get("reference") or str(record.get("id")),
            **({"date_order": date} if date else {}),
        }

    def lines(self, record):
        for row in (record.get("associations") or {}).get("order_rows") or ():
            yield self._row(row)
        for kind, product, sign, name in (
            ("shipping", "shipping", 1, self.env._("Shipping")),
            ("wrapping", "charge", 1, self.env._("Gift wrapping")),
            ("discounts", "discount", -1, self.env._("Discount")),
        ):
            whole = record.get(f"total_{kind}")
            with_tax = number_of(record.get(f"total_{kind}_tax_incl") or whole)
            without = number_of(record.get(f"total_{kind}_tax_excl") or whole)
            if with_tax:
                yield self.line(product, name, 1, sign * without, sign * with_tax)

    def _row(self, row: dict) -> dict:
        """Map what was ordered of one product."""
        product = self.variant(row.get("product_id"), row.get("product_attribute_id"))
        without = number_of(row.get("unit_price_tax_excl") or row.get("product_price"))
        with_tax = number_of(row.get("unit_price_tax_incl")) or without
        quantity = number_of(row.get("product_quantity"))
        # A product that does not exist any more, or that we can't see.
        product = product or "unknown"
        return self.line(product, row.get("product_name"), quantity, without, with_tax)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import Command

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping, only_create
from odoo.addons.connector.exception import MappingError
from odoo.addons.connector.values import id_of, number_of, utc_of

from .mapper import link

#: Percentage points by which the rate of a tax may differ from that of two rounded prices.
RATE_TOLERANCE = 0.5


class OrderMapper(Component):
    _name = "prestashop.order.mapper"
    _inherit = "prestashop.import.mapper"
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

    @only_create
    @mapping
    def head(self, record):
        backend = self.backend_record
        shop = self.binder_for("prestashop.shop").to_internal(id_of(record.get("id_shop")))
        date = utc_of(record.get("date_add"), backend.tz)
        return {
            "client_order_ref": record.get("reference") or str(record.get("id")),
            "company_id": backend.company_id.id,
            "warehouse_id": (shop.warehouse_id or backend.warehouse_id).id,
            **({"date_order": date} if date else {}),
        }

    @only_create
    @mapping
    def pricelist_id(self, record):
        """Orders have the currency of their price list: find one in that of the shop."""
        company = self.backend_record.company_id
        currency = self.linked(record.get("id_currency"), "prestashop.currency")
        if not currency or currency == company.currency_id:
            return {"pricelist_id": False}
        if not currency.active:
            currency.active = True
        domain = [("currency_id", "=", currency.id), ("company_id", "in", (False, company.id))]
        values = {"name": f"PrestaShop {currency.name}", "currency_id": currency.id}
        return {"pricelist_id": self.find_or_create("product.pricelist", domain, values).id}

    @only_create
    @mapping
    def order_line(self, record):
        rows = (record.get("associations") or {}).get("order_rows") or ()
        lines = [self._row(row) for row in rows]
        for kind, product, sign, name in (
            ("shipping", "shipping", 1, self.env._("Shipping")),
            ("wrapping", "other", 1, self.env._("Gift wrapping")),
            ("discounts", "discount", -1, self.env._("Discount")),
        ):
            whole = record.get(f"total_{kind}")
            with_tax = number_of(record.get(f"total_{kind}_tax_incl") or whole)
            without = number_of(record.get(f"total_{kind}_tax_excl") or whole)
            if with_tax:
                product = self._product(product)
                lines.append(self._line(product, name, 1, sign * without, sign * with_tax))
        return {"order_line": [Command.create(line) for line in lines]}

    def _row(self, row: dict) -> dict:
        """Map what was ordered of one product."""
        product = self.variant(row.get("product_id"), row.get("product_attribute_id"))
        without = number_of(row.get("unit_price_tax_excl") or row.get("product_price"))
        with_tax = number_of(row.get("unit_price_tax_incl")) or without
        quantity = number_of(row.get("product_quantity"))
        # A product that does not exist any more, or that we can't see.
        product = product or self._product("other")
        return self._line(product, row.get("product_name"), quantity, without, with_tax)

    def _product(self, name: str):
        """Return the product of lines that stand for no product of the shop."""
        return self.env.ref(f"connector_prestashop_demo.product_{name}")

    def _line(self, product, name: str, quantity: float, without: float, with_tax: float) -> dict:
        """Make a line whose total is what the customer paid."""
        tax = self._tax(without, with_tax)
        return {
            "product_id": product.id,
            "name": name or product.display_name,
            "product_uom_qty": quantity,
            "price_unit": without if tax else with_tax,
            "tax_ids": [Command.set(tax.ids)],
        }

    def _tax(self, without: float, with_tax: float):
        """Find the sales tax that comes closest to two prices; none if none comes close."""
        taxes = self.env["account.tax"]
        rate = (with_tax / without - 1) * 100 if without else 0
        if abs(rate) < 0.01:
            return taxes
        known = taxes.search(
            [
                *taxes._check_company_domain(self.backend_record.company_id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        ).filtered(lambda tax: not tax.price_include)
        distances = {tax: abs(tax.amount - rate) for tax in known}
        nearest = min(distances, key=distances.get, default=taxes)
        return nearest if nearest and distances[nearest] < RATE_TOLERANCE else taxes

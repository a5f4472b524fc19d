# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The lines of an order, with taxes: what Odoo adds up should be what the customer paid."""

from odoo import Command
from odoo.tools import float_compare, float_is_zero

from odoo.addons.component.core import Component


class OrderLines(Component):
    """Makes the lines: products, shipping, and discounts.

    The shop tells percentages, and we look for a tax of the same one. If there is none, the price
    with tax is taken without any, so that at least the sum is right.
    """

    _name = "magento.order.lines"
    _inherit = "magento.base"
    _apply_on = "magento.sale.order"
    _usage = "order.lines"

    def commands(self, order: dict) -> list:
        """Make the lines of a new order."""
        lines = [self._product_line(line) for line in order["lines"]]
        percent = self._shipping_percent(order)
        lines += self._shipping(order, percent)
        lines += self._discounts(order, percent or 0.0)
        return [
            # The shop's prices are what was agreed: no pricelist takes anything off.
            Command.create({**line, "sequence": place, "discount": 0.0})
            for place, line in enumerate(lines, start=1)
        ]

    def find_product(self, line: dict):
        """Find the product of a line: also by its number, as an SKU may change, or get a suffix."""
        bindings = self.env["magento.product"].with_context(active_test=False)
        mine = [("backend_id", "=", self.backend_record.id)]
        keys = {"external_id": "product", "magento_id": "magento_id", "default_code": "sku"}
        for field, key in keys.items():
            found = line[key] and bindings.search([*mine, (field, "=", line[key])], limit=1)
            if found:
                return found.odoo_id
        return self.env["product.product"]

    def _product_line(self, line: dict) -> dict:
        """Make the line of a product."""
        values = self._line(
            self.find_product(line) or self._own_product("product_unknown"),
            line["name"],
            line["price"],
            line["price_with_tax"],
            line["tax_percent"],
        )
        return {**values, "product_uom_qty": line["quantity"], "magento_item_id": line["id"]}

    def _shipping_percent(self, order: dict) -> float | None:
        """Find the tax of the shipping, which is told as an amount; ``None`` if no line has it."""
        price, with_tax = order["shipping_price"], order["shipping_with_tax"]

        def miss(percent):
            return abs(price * (1 + percent / 100) - with_tax)

        percent = min({0.0, *(line["tax_percent"] for line in order["lines"])}, key=miss)
        return percent if miss(percent) < 0.01 else None

    def _shipping(self, order: dict, percent: float | None) -> list[dict]:
        """Make the line of the shipping."""
        price, with_tax = order["shipping_price"], order["shipping_with_tax"]
        if float_is_zero(with_tax, precision_digits=2):
            return []
        if percent is None:
            price, percent = with_tax, 0.0
        product = self._own_product("product_shipping")
        return [self._line(product, order["shipping_title"], price, with_tax, percent)]

    def _discounts(self, order: dict, shipping_percent: float) -> list[dict]:
        """Make one line for the discounts of each tax."""
        sums = {shipping_percent: order["shipping_discount"]}
        for line in order["lines"]:
            sums[line["tax_percent"]] = sums.get(line["tax_percent"], 0.0) + line["discount"]
        product, name = self._own_product("product_discount"), order["discount_title"]
        return [
            self._line(product, name, -price, -price * (1 + percent / 100), percent)
            for percent, price in sums.items()
            if not float_is_zero(price, precision_digits=2)
        ]

    def _line(self, product, name: str, price: float, with_tax: float, percent: float) -> dict:
        """Make a line with the tax of a percentage."""
        taxes = self.env["account.tax"]
        if percent:
            taxes = taxes.search(
                [
                    ("company_id", "=", self.backend_record.company_id.id),
                    ("type_tax_use", "=", "sale"),
                    ("amount_type", "=", "percent"),
                ]
            )
        fitting = taxes.filtered(
            lambda tax: not float_compare(tax.amount, percent, precision_digits=4)
        )
        # The price without tax is rounded already, and multiplied by the quantity.
        tax = fitting.filtered("price_include")[:1] or fitting[:1]
        return {
            "product_id": product.id,
            "name": name or product.display_name,
            "product_uom_qty": 1,
            "price_unit": price if tax and not tax.price_include else with_tax,
            "tax_ids": [Command.set(tax.ids)],
        }

    def _own_product(self, name: str):
        """Return one of the products of this addon."""
        return self.env.ref(f"connector_magento_demo.{name}")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The lines of an order, with taxes: what Odoo adds up should be what the customer paid."""

from odoo import Command
from odoo.tools import float_compare, float_is_zero

from odoo.addons.component.core import Component

_PERCENT_DIGITS = 4


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
        """Make the lines of a new order.

        :param order: order of ``records``
        """
        lines = [self._product_line(line) for line in order["lines"]]
        lines += self._shipping(order)
        lines += self._discounts(order)
        return [
            # The shop's prices are what was agreed: no pricelist takes anything off.
            Command.create({**line, "sequence": place, "discount": 0.0})
            for place, line in enumerate(lines, start=1)
        ]

    def find_product(self, line: dict):
        """Find the product of a line: by its number, as an SKU may change, or get a suffix.

        :param line: line of ``records``
        :return: our product, or an empty recordset
        """
        bindings = self.env["magento.product"].with_context(active_test=False)
        mine = [("backend_id", "=", self.backend_record.id)]
        for field, value in (
            ("external_id", line["product"]),
            ("magento_id", line["magento_id"]),
            ("default_code", line["sku"]),
        ):
            found = value and bindings.search([*mine, (field, "=", value)], limit=1)
            if found:
                return found.odoo_id
        return self.env["product.product"]

    def _product_line(self, line: dict) -> dict:
        """Make the line of a product."""
        product = self.find_product(line) or self._own_product("product_unknown")
        return {
            **self._price(line["price"], line["price_with_tax"], line["tax_percent"]),
            "product_id": product.id,
            "name": line["name"] or product.display_name,
            "product_uom_qty": line["quantity"],
            "magento_item_id": line["id"],
        }

    def _shipping(self, order: dict) -> list[dict]:
        """Make the line of the shipping, which tells its tax as an amount."""
        price, with_tax = order["shipping_price"], order["shipping_with_tax"]
        if float_is_zero(with_tax, precision_digits=2):
            return []
        percents = {0.0, *(line["tax_percent"] for line in order["lines"])}
        percent = min(percents, key=lambda percent: abs(price * (1 + percent / 100) - with_tax))
        exact = abs(price * (1 + percent / 100) - with_tax) < 0.01
        product = self._own_product("product_shipping")
        line = {
            **(self._price(price, with_tax, percent) if exact else self._untaxed(with_tax)),
            "product_id": product.id,
            "name": order["shipping_title"] or product.name,
            "product_uom_qty": 1,
        }
        return [line]

    def _discounts(self, order: dict) -> list[dict]:
        """Make one line for the discounts of each tax."""
        sums = {}
        for line in order["lines"]:
            price, with_tax = sums.get(line["tax_percent"], (0.0, 0.0))
            sums[line["tax_percent"]] = (
                price + line["discount"],
                with_tax + line["discount_with_tax"],
            )
        if order["shipping_discount"]:
            price, with_tax = sums.get(0.0, (0.0, 0.0))
            sums[0.0] = price + order["shipping_discount"], with_tax + order["shipping_discount"]
        product = self._own_product("product_discount")
        return [
            {
                **self._price(-price, -with_tax, percent),
                "product_id": product.id,
                "name": order["discount_title"] or product.name,
                "product_uom_qty": 1,
            }
            for percent, (price, with_tax) in sums.items()
            if not float_is_zero(price, precision_digits=2)
        ]

    def _price(self, price: float, with_tax: float, percent: float) -> dict:
        """Set price and tax of a line."""
        if float_is_zero(percent, precision_digits=_PERCENT_DIGITS):
            return self._untaxed(price)
        taxes = self.env["account.tax"].search(
            [
                ("company_id", "=", self.backend_record.company_id.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )
        fitting = taxes.filtered(
            lambda tax: not float_compare(tax.amount, percent, precision_digits=_PERCENT_DIGITS)
        )
        # The price without tax is rounded already, and multiplied by the quantity.
        tax = fitting.filtered("price_include")[:1] or fitting[:1]
        if not tax:
            return self._untaxed(with_tax)
        return {
            "price_unit": with_tax if tax.price_include else price,
            "tax_ids": [Command.set(tax.ids)],
        }

    def _untaxed(self, price: float) -> dict:
        """Set the price of a line without tax."""
        return {"price_unit": price, "tax_ids": [Command.clear()]}

    def _own_product(self, name: str):
        """Return one of the products of this addon; it can't be deleted while it is used."""
        return self.env.ref(f"connector_magento_demo.{name}")

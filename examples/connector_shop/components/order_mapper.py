# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Orders, with taxes: what Odoo adds up should be what the customer paid."""

from collections.abc import Iterator

from odoo import Command

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import mapping, only_create

#: Percentage points by which a tax may differ from a percentage that the shop tells.
SAME = 0.00005
#: ... and from one that is computed from two prices, which are rounded.
SIMILAR = 0.5


class ShopOrderMapper(AbstractComponent):
    """An order is written once; later imports only follow its state, as it may be changed here.

    To be overridden: ``currency``, ``lines``, and ``warehouse`` where there are several.
    """

    _name = "shop.order.import.mapper"
    _inherit = "shop.import.mapper"

    def currency(self, record: dict):
        """Find the currency of an order; empty for the one of the company."""
        raise NotImplementedError

    def warehouse(self, record: dict):
        """Find the warehouse that an order is delivered from."""
        return self.backend_record.warehouse_id

    def lines(self, record: dict) -> Iterator[dict]:
        """List the values of the order's lines, see :meth:`line`."""
        raise NotImplementedError

    @only_create
    @mapping
    def settings(self, record):
        return {
            "company_id": self.backend_record.company_id.id,
            "warehouse_id": self.warehouse(record).id,
            # What was sold is sold, whatever Odoo would have added.
            "fiscal_position_id": False,
        }

    @only_create
    @mapping
    def pricelist_id(self, record):
        """Orders have the currency of their price list: find one in that of the shop."""
        company = self.backend_record.company_id
        currency = self.currency(record)
        if not currency or currency == company.currency_id:
            return {"pricelist_id": False}
        if not currency.active:
            currency.active = True
        domain = [("currency_id", "=", currency.id), ("company_id", "in", (False, company.id))]
        name = f"{self.backend_record.name} {currency.name}"
        values = {"name": name, "currency_id": currency.id, "company_id": company.id}
        return {"pricelist_id": self.find_or_create("product.pricelist", domain, values).id}

    @only_create
    @mapping
    def order_line(self, record):
        return {
            "order_line": [
                # The shop's prices are what was agreed: no pricelist takes anything off.
                Command.create({"discount": 0.0, **line, "sequence": place})
                for place, line in enumerate(self.lines(record), start=1)
            ]
        }

    def line(
        self,
        product,
        name: str,
        quantity: float,
        price: float,
        with_tax: float,
        percent: float | None = None,
    ) -> dict:
        """Make a line whose total is what the customer paid.

        The tax is looked for by its percentage. If we have none like it, the price with tax is
        taken without any, so that at least the sum is right.

        :param product: our product; or the name of one of this addon's, such as ``shipping``
        :param name: what the shop calls it
        :param quantity: quantity
        :param price: price of one, without tax
        :param with_tax: price of one, with tax
        :param percent: percentage of the tax; ``None`` if only the prices tell
        """
        if isinstance(product, str):
            product = self.env.ref(f"connector_shop.product_{product}")
        if percent is None:
            percent = (with_tax / price - 1) * 100 if price else 0.0
            tax = self.sales_tax(percent, SIMILAR)
        else:
            tax = self.sales_tax(percent, SAME)
        return {
            "product_id": product.id,
            "name": name or product.display_name,
            "product_uom_qty": quantity,
            "price_unit": price if tax and not tax.price_include else with_tax,
            "tax_ids": [Command.set(tax.ids)],
        }

    def sales_tax(self, percent: float, tolerance: float):
        """Find the sales tax that comes closest to a percentage; none if none comes close.

        :param percent: percentage
        :param tolerance: percentage points by which it may differ
        """
        taxes = self.env["account.tax"]
        if abs(percent) < 0.01:
            return taxes
        known = taxes.search(
            [
                *taxes._check_company_domain(self.backend_record.company_id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )
        # A price without tax is rounded already, and then multiplied by the quantity: better take
        # the one with tax, if there is a tax for it.
        distances = {tax: (abs(tax.amount - percent), not tax.price_include) for tax in known}
        nearest = min(distances, key=distances.get, default=taxes)
        return nearest if nearest and distances[nearest][0] <= tolerance else taxes

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime
from unittest import mock

from odoo import Command
from odoo.tests import tagged

from odoo.addons.component.core import Component

from ..components.order_importer import CANCELLED, CONFIRMED, DELIVERED
from .common import ShopComponentCase


class OrderMapper(Component):
    _name = "test.order.mapper"
    _inherit = "shop.order.import.mapper"

    def currency(self, record):
        return self.currency_of(record.get("currency"))


class PlainOrderMapper(Component):
    _name = "test.plain.order.mapper"
    _inherit = "shop.plain.order.import.mapper"

    def find_product(self, line):
        return self.env["product.product"].search([("default_code", "=", line["sku"])], limit=1)


class OrderImporter(Component):
    _name = "test.order.importer"
    _inherit = "shop.order.importer"
    total, state = 100.0, None

    def _shop_total(self):
        return self.total

    def _shop_state(self):
        return self.state


class OrderCase(ShopComponentCase):
    def setUp(self):
        super().setUp()
        self.env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False
        self.group = self.env["account.tax.group"].create({"name": "VAT"})
        self.product = self.env["product.product"].create(
            {"name": "Mug", "default_code": "MUG", "type": "consu"}
        )

    def tax(self, amount, included=False):
        """Create a sales tax."""
        return self.env["account.tax"].create(
            {
                "name": f"VAT {amount} {included}",
                "amount": amount,
                "type_tax_use": "sale",
                "tax_group_id": self.group.id,
                "price_include_override": "tax_included" if included else "tax_excluded",
            }
        )


@tagged("post_install", "-at_install")
class TestOrderMapper(OrderCase):
    def setUp(self):
        super().setUp()
        self.mapper = self.build(OrderMapper)

    def line(self, price, with_tax, percent=None):
        values = self.mapper.line(self.product, "", 2, price, with_tax, percent)
        return values["price_unit"], self.env["account.tax"].browse(values["tax_ids"][0][2])

    def test_tax_of_a_percentage(self):
        tax, _other = self.tax(20), self.tax(19.6)
        self.assertEqual(self.line(10, 12, 20.0), (10, tax))
        # A percentage that we don't have is no similar one.
        self.assertEqual(self.line(10, 12.01, 20.1), (12.01, tax.browse()))

    def test_tax_of_two_prices(self):
        tax = self.tax(20)
        self.assertEqual(self.line(8.29, 9.95), (8.29, tax), "both are rounded")
        self.assertEqual(self.line(10, 11), (11, tax.browse()))
        self.assertEqual(self.line(10, 10), (10, tax.browse()))
        self.assertEqual(self.line(0, 0), (0, tax.browse()))

    def test_tax_included_in_the_price(self):
        self.tax(20)
        included = self.tax(20, included=True)
        self.assertEqual(self.line(10, 12, 20.0), (12, included))

    def test_lines_that_are_no_products_of_the_shop(self):
        for name in ("shipping", "discount", "charge", "unknown"):
            values = self.mapper.line(name, "", 1, 1, 1)
            self.assertEqual(
                values["product_id"], self.env.ref(f"connector_shop.product_{name}").id
            )
            self.assertTrue(values["name"])

    def test_pricelist(self):
        company = self.env.company
        mine = {"currency": company.currency_id.name}
        self.assertEqual(self.mapper.pricelist_id(mine), {"pricelist_id": False})
        self.assertEqual(self.mapper.pricelist_id({}), {"pricelist_id": False})
        other = self.env["res.currency"].create({"name": "XQQ", "symbol": "Q", "active": False})
        found = self.mapper.pricelist_id({"currency": "XQQ"})
        pricelist = self.env["product.pricelist"].browse(found["pricelist_id"])
        self.assertEqual((pricelist.currency_id, pricelist.company_id), (other, company))
        self.assertTrue(other.active)
        self.assertEqual(self.mapper.pricelist_id({"currency": "XQQ"}), found)


@tagged("post_install", "-at_install")
class TestPlainOrders(OrderCase):
    def order(self, **values):
        line = {"id": "1", "name": "", "quantity": 2, "price": 10, "price_with_tax": 12}
        return {
            "number": "100",
            "date": datetime(2026, 1, 2),
            "lines": [{**line, "tax_percent": 20.0, "discount": 1.0, "sku": "MUG"}],
            "shipping_title": "Post",
            "shipping_price": 5.0,
            "shipping_with_tax": 6.0,
            "shipping_discount": 0.0,
            "discount_title": "Coupon",
            **values,
        }

    def total(self, **values):
        """Create an order of the lines, and return its total."""
        mapper = self.build(PlainOrderMapper)
        partner = self.env["res.partner"].create({"name": "Ann"})
        lines = mapper.order_line(self.order(**values))
        self.created = self.env["sale.order"].create({"partner_id": partner.id, **lines})
        return self.created.amount_total

    def test_lines(self):
        self.tax(20)
        self.assertAlmostEqual(self.total(), 24 + 6 - 1.2)
        self.assertEqual(self.created.order_line.mapped("price_unit"), [10, 5, -1])
        self.assertEqual(self.created.order_line[0].shop_item_id, "1")

    def test_discount_on_the_shipping(self):
        self.tax(20)
        self.assertAlmostEqual(self.total(shipping_discount=2), 24 + 6 - 1.2 - 2.4)

    def test_shipping_with_a_tax_that_no_line_has(self):
        self.tax(20)
        self.assertAlmostEqual(self.total(shipping_with_tax=5.35), 24 + 5.35 - 1.2)

    def test_no_tax_of_ours(self):
        self.assertAlmostEqual(self.total(), 24 + 6 - 1.2)
        self.assertFalse(self.created.order_line.tax_ids)

    def test_product_that_is_not_known(self):
        lines = [{**self.order()["lines"][0], "sku": "GONE", "name": "Gone"}]
        self.total(lines=lines)
        product = self.created.order_line[0].product_id
        self.assertEqual(product, self.env.ref("connector_shop.product_unknown"))

    def test_header(self):
        mapper = self.build(PlainOrderMapper)
        values = mapper.header(self.order())
        self.assertEqual(values["date_order"], datetime(2026, 1, 2))
        self.assertEqual(values["origin"], "Shop 100")
        self.assertNotIn("date_order", mapper.header(self.order(date=False)))


@tagged("post_install", "-at_install")
class TestOrderImporter(OrderCase):
    def setUp(self):
        super().setUp()
        self.importer = self.build(OrderImporter)
        self.date = datetime(2026, 1, 2)
        self.sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "date_order": self.date,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "price_unit": 100, "tax_ids": False}
                    )
                ],
            }
        )

    def finish(self, state=None, total=100.0, is_new=False):
        """Run what comes after the order was written."""
        self.importer.state, self.importer.total = state, total
        self.importer._is_new = is_new
        self.importer._after_import(mock.Mock(odoo_id=self.sale))
        return self.sale.state

    def test_states(self):
        self.assertEqual(self.finish(), "draft")
        self.assertEqual(self.finish(CONFIRMED), "sale")
        self.assertEqual(self.sale.date_order, self.date, "the day it was ordered")
        self.assertEqual(len(self.sale.picking_ids), 1)
        self.assertEqual(self.finish(CONFIRMED), "sale")
        self.assertEqual(self.finish(CANCELLED), "cancel")
        self.assertEqual(self.finish(CANCELLED), "cancel")
        self.assertEqual(self.finish(CONFIRMED), "cancel", "what is cancelled stays so")
        self.assertFalse(self.backend.checkpoints)

    def test_order_that_has_left_the_shop(self):
        self.assertEqual(self.finish(DELIVERED), "sale")
        self.assertEqual(self.sale.picking_ids.mapped("state"), ["cancel"])

    def test_orders_may_be_left_to_be_confirmed_by_hand(self):
        self.backend.confirm_orders = False
        self.assertEqual(self.finish(CONFIRMED), "draft")
        self.assertEqual(self.finish(CANCELLED), "cancel")

    def test_cancelled_after_something_was_done(self):
        self.finish(CONFIRMED)
        self.sale.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        self.sale.picking_ids._action_done()
        self.assertEqual(self.finish(CANCELLED), "sale")
        ((record, reason),) = self.backend.checkpoints
        self.assertEqual(record, self.sale)
        self.assertIn("cancelled in the shop", reason)

    def test_total(self):
        self.finish(total=100.04, is_new=True)
        self.finish(total=90)
        self.assertFalse(self.backend.checkpoints, "a few cents, or no new order")
        self.finish(total=90, is_new=True)
        ((_record, reason),) = self.backend.checkpoints
        self.assertRegex(reason, r"100\.00.* here, and .*90\.00")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import BaseCase, tagged

from ..records import customers, order_lines, orders, products


@tagged("post_install", "-at_install")
class TestRecords(BaseCase):
    """Real shops leave out keys, send nulls, and numbers as texts."""

    def test_custom_attributes(self):
        listed = {"custom_attributes": [{"attribute_code": "a", "value": 1}], "a": None, "b": 2}
        self.assertEqual(products.with_attributes(listed)["a"], 1)
        self.assertEqual(products.with_attributes({"a": 3, "custom_attributes": None})["a"], 3)

    def test_nothing_at_all(self):
        self.assertEqual(customers.customer({"id": 1})["addresses"], [])
        self.assertEqual(customers.address([]), {})
        self.assertEqual(products.product({"sku": "A"}, "sku")["name"], "A")
        self.assertEqual(products.tree(None), [])
        order = orders.order({"entity_id": 1}, "entity_id", "sku")
        self.assertEqual((order["lines"], order["customer_id"], order["number"]), ([], None, "1"))

    def test_regions(self):
        self.assertEqual(customers.address({"region": "Michigan"})["region"], "Michigan")
        nested = {"region": {"region": None, "region_code": "MI"}}
        self.assertEqual(customers.address(nested)["region_code"], "MI")

    def test_guests(self):
        for raw in ({"customer_id": None}, {"customer_id": "0"}, {}, {"customer_id": []}):
            self.assertIsNone(orders.order(raw, "entity_id", "sku")["customer_id"])
        raw = {"customer_id": 5, "customer_is_guest": "1"}
        self.assertIsNone(orders.order(raw, "entity_id", "sku")["customer_id"])


@tagged("post_install", "-at_install")
class TestOrderLines(BaseCase):
    def merge(self, *lines):
        return order_lines.merge(lines, "sku")

    def test_variant_takes_the_price_of_its_product(self):
        for link in ({"parent_item_id": "7"}, {"parent_item": {"item_id": 7}}):
            (line,) = self.merge(
                {"item_id": 7, "sku": "A-red", "product_type": "configurable", "price": "9.5"},
                {
                    "item_id": 8,
                    "sku": "A-red",
                    "name": "A red",
                    "product_id": 3,
                    "price": 0,
                    **link,
                },
            )
            self.assertEqual((line["id"], line["price"], line["name"]), ("7", 9.5, "A red"))
            self.assertEqual(line["magento_id"], "3")

    def test_variant_without_a_line_of_its_own(self):
        (line,) = self.merge(
            {"item_id": 7, "sku": "A-red", "product_id": 2, "product_type": "configurable"}
        )
        # The SKU is the variant's, the number is not.
        self.assertEqual((line["product"], line["magento_id"]), ("A-red", None))

    def test_bundle_whose_parts_have_prices(self):
        lines = self.merge(
            {"item_id": 1, "sku": "B", "product_type": "bundle", "price": 30, "qty_ordered": 1},
            {"item_id": 2, "parent_item_id": 1, "sku": "P", "price": 10},
            {"item_id": 3, "parent_item_id": 1, "sku": "Q", "price": 20},
        )
        self.assertEqual([line["id"] for line in lines], ["2", "3"])
        # The shop may want to hear of the bundle, and not of its parts.
        wholes = [(line["whole_id"], line["whole_quantity"]) for line in lines]
        self.assertEqual(wholes, [("1", 1), ("1", 1)])

    def test_bundle_with_one_price(self):
        lines = self.merge(
            {"item_id": 1, "sku": "B", "product_type": "bundle", "price": 30},
            {"item_id": 2, "parent_item_id": 1, "sku": "P", "price": None},
        )
        self.assertEqual([line["price"] for line in lines], [30, 0])

    def test_part_without_its_whole(self):
        (line,) = self.merge({"item_id": 2, "parent_item_id": 1, "sku": "P"})
        self.assertEqual(line["id"], "2")

    def test_discount_off_a_price_with_tax(self):
        (line,) = self.merge(
            {
                "item_id": 1,
                "price": 10,
                "tax_percent": 19,
                "discount_amount": 1.19,
                "discount_tax_compensation_amount": 0.19,
            }
        )
        self.assertAlmostEqual(line["discount"], 1)
        self.assertAlmostEqual(line["price_with_tax"], 11.9)

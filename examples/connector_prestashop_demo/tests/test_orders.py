# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from odoo.tests import tagged

from odoo.addons.connector.exception import MappingError

from .common import COMBINATION, PRODUCT, PrestashopCase

CUSTOMER = "prestashop.customer"
ADDRESS = "prestashop.address"
ORDER = "prestashop.order"


@tagged("post_install", "-at_install")
class TestOrders(PrestashopCase):
    def test_customers_and_addresses(self):
        self.import_kind(CUSTOMER, ADDRESS)
        customer = self.binding(CUSTOMER, 5)
        self.assertEqual((customer.name, customer.email), ("Anne Dupont", "anne@example.com"))
        self.assertEqual(customer.lang, "fr_FR")
        self.assertTrue(customer.newsletter)
        address = self.binding(ADDRESS, 7)
        self.assertEqual(address.parent_id, customer.odoo_id)
        self.assertEqual(address.alias, "Home")
        self.assertEqual((address.street2, address.zip), ("2e étage", "75002"))
        self.assertEqual(address.phone, "0102030405")
        self.assertEqual(address.country_id.code, "FR")
        self.assertEqual(customer.vat, "FR-whatever")
        self.assertFalse(self.binding(ADDRESS, 8), "the address of a manufacturer")

    def test_deleted_customer(self):
        self.import_kind(CUSTOMER)
        partner = self.binding(CUSTOMER, 5).odoo_id
        self.shop.records["customers"][5]["deleted"] = "1"
        self.import_kind(CUSTOMER)
        self.assertFalse(partner.active)

    def test_orders_in_a_currency_share_a_pricelist(self):
        self.company.currency_id = self.env.ref("base.USD")
        orders = self.shop.records["orders"]
        orders[21] = {**orders[20], "reference": "SECOND"}
        self.import_kind(ORDER)
        pricelists = [self.binding(ORDER, number).pricelist_id for number in (20, 21)]
        self.assertEqual(pricelists[0].currency_id.name, "EUR")
        self.assertEqual(*pricelists)

    def test_order(self):
        self.import_kind(ORDER)
        order = self.binding(ORDER, 20)
        self.assertEqual(order.partner_id, self.binding(CUSTOMER, 5).odoo_id)
        self.assertEqual(order.partner_shipping_id, self.binding(ADDRESS, 7).odoo_id)
        self.assertEqual(order.client_order_ref, "XKBKNABJK")
        self.assertEqual(order.currency_id.name, "EUR")
        self.assertEqual(order.date_order, datetime(2024, 5, 2, 8, 30))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.shop_state_id.name, "Payment accepted")
        shipping, discount, other = (
            self.env.ref(f"connector_shop.product_{name}")
            for name in ("shipping", "discount", "unknown")
        )
        self.assertEqual(
            [(line.product_id, line.product_uom_qty, line.price_unit) for line in order.order_line],
            [
                (self.binding(COMBINATION, 2).odoo_id, 2, 25.9),
                (self.binding(PRODUCT, 2).odoo_id.product_variant_id, 1, 11.9),
                (other, 1, 9.6),
                (shipping, 1, 7),
                (discount, 1, -1),
            ],
        )
        self.assertEqual(order.order_line.tax_ids, self.tax)
        self.assertEqual(order.order_line[2].name, "Gone from the shop")
        self.assertEqual(order.amount_total, 95.16)
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
        self.assertEqual(self.backend.checkpoint_count, 0)

    def test_order_is_created_once_and_followed(self):
        self.shop.records["orders"][20]["current_state"] = "1"
        self.import_kind(ORDER)
        order = self.binding(ORDER, 20)
        self.assertEqual(order.state, "draft")
        lines = order.order_line
        self.shop.records["orders"][20]["current_state"] = "2"
        self.import_kind(ORDER)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line, lines)
        self.assertEqual(order.date_order, datetime(2024, 5, 2, 8, 30))

    def test_orders_may_be_left_to_be_confirmed_by_hand(self):
        self.backend.confirm_orders = False
        self.import_kind(ORDER)
        self.assertEqual(self.binding(ORDER, 20).state, "draft")

    def test_tax_that_we_do_not_have(self):
        self.tax.amount = 10
        self.import_kind(ORDER)
        order = self.binding(ORDER, 20)
        self.assertFalse(order.order_line.tax_ids)
        self.assertEqual(order.amount_total, 95.16)

    def test_total_that_differs_is_to_be_reviewed(self):
        self.shop.records["orders"][20]["total_paid_tax_incl"] = "90.000000"
        self.import_kind(ORDER)
        self.assertEqual(self.backend.checkpoint_count, 1)
        reason = self.env["connector.checkpoint"].search([], limit=1).reason
        self.assertRegex(reason, r"95\.16.* here, and .*90\.00")
        self.import_record(ORDER, 20, force=True)
        self.assertEqual(self.backend.checkpoint_count, 1)

    def test_customer_that_is_gone(self):
        del self.shop.records["customers"][5]
        self.import_kind(ORDER)
        order = self.binding(ORDER, 20)
        self.assertEqual(order.partner_id, self.binding(ADDRESS, 7).odoo_id)
        self.assertFalse(order.partner_id.parent_id)

    def test_nobody_to_sell_to(self):
        self.shop.records["customers"].clear()
        self.shop.records["addresses"].clear()
        with self.assertRaisesRegex(MappingError, "customer nor an address of order 20"):
            self.import_record(ORDER, 20)

    def test_dates_that_are_none(self):
        self.shop.records["orders"][20].update(
            date_add="0000-00-00 00:00:00", current_state="0", id_currency="0"
        )
        self.import_kind(ORDER)
        order = self.binding(ORDER, 20)
        self.assertTrue(order.date_order)
        self.assertEqual(order.currency_id, self.company.currency_id)
        self.assertEqual(order.state, "draft")

    def test_records_with_hardly_anything(self):
        shop = self.shop.records
        shop["products"][2] = {"name": {"1": "Mug"}}
        shop["products"][3] = {"name": "", "reference": "", "price": ""}
        shop["customers"][5] = {"lastname": "Dupont"}
        shop["addresses"][7] = {"id_customer": "5", "lastname": "Dupont", "id_country": ""}
        rows = [
            {"product_id": "2", "product_quantity": "1", "unit_price_tax_incl": "12.000000"},
            {"product_id": "", "product_quantity": "", "product_name": ""},
        ]
        for number, associations in (
            (21, {"order_rows": rows}),
            (22, {"order_rows": []}),
            (23, None),
        ):
            shop["orders"][number] = {"id_customer": "5", "id_address_delivery": "7"}
            if associations is not None:
                shop["orders"][number]["associations"] = associations
        self.import_kind(ORDER, PRODUCT)
        order = self.binding(ORDER, 21)
        self.assertEqual(order.partner_id.name, "Dupont")
        self.assertEqual(order.partner_shipping_id, self.binding(ADDRESS, 7).odoo_id)
        self.assertEqual(order.order_line.mapped("price_unit"), [12, 0])
        self.assertEqual(order.order_line[0].product_id.name, "Mug")
        self.assertTrue(self.binding(ORDER, 22) and self.binding(ORDER, 23))
        self.assertEqual(self.binding(PRODUCT, 3).name, "#3")

    def test_guest_whose_address_was_deleted(self):
        self.shop.records["customers"][5].update(is_guest="1", email="", id_lang="0")
        self.shop.records["addresses"][7].update(deleted="1", id_state="99", date_upd="0000-00-00")
        self.import_kind(ORDER)
        order = self.binding(ORDER, 20)
        self.assertFalse(order.partner_shipping_id.active)
        self.assertEqual(order.partner_shipping_id.street2, "2e étage")
        self.assertEqual(order.state, "sale")

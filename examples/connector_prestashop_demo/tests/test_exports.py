# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.connector.exception import InvalidDataError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import PRODUCT, STOCK, PrestashopCase
from .shop_server import failure


@tagged("post_install", "-at_install")
class TestExports(PrestashopCase):
    def set_quantity(self, product, quantity):
        """Count goods, as a user does."""
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": self.backend.warehouse_id.lot_stock_id.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def deliver(self, *numbers):
        """Give the deliveries of the order tracking numbers."""
        order = self.env["prestashop.order"].search([])
        picking = order.picking_ids
        with trap_jobs() as trap:
            for number in numbers:
                picking.carrier_tracking_ref = number
            trap.assert_jobs_count(1)
            self.perform(trap)

    def test_quantity_goes_back(self):
        self.import_kind(PRODUCT)
        mug = self.binding(PRODUCT, 2).odoo_id.product_variant_id
        with trap_jobs() as trap:
            self.set_quantity(mug, 12)
            trap.assert_jobs_count(1)
            self.perform(trap)
        stock = self.shop.records["stock_availables"][4]
        self.assertEqual(stock["quantity"], "12")
        self.assertEqual(stock["out_of_stock"], "2", "the rest is as it was")
        self.assertEqual(self.binding(STOCK, 4).stock_sent, 12)
        self.assertTrue(self.binding(STOCK, 4).last_export_date)
        # What is there already is not sent.
        with trap_jobs() as trap:
            self.binding(STOCK, 4)._delay_export_stock()
            self.perform(trap)
        self.assertEqual(len(self.shop.asked("PUT", "stock_availables")), 1)

    def test_quantity_of_a_combination(self):
        self.import_kind(PRODUCT)
        with trap_jobs() as trap:
            self.set_quantity(self.binding(STOCK, 3).odoo_id, 4)
            self.perform(trap)
        self.assertEqual(self.shop.records["stock_availables"][3]["quantity"], "4")
        self.assertEqual(self.shop.records["stock_availables"][2]["quantity"], "10")

    def test_button_sends_what_differs(self):
        self.import_kind(PRODUCT)
        self.backend.export_stock = False
        with trap_jobs() as trap:
            self.set_quantity(self.binding(STOCK, 4).odoo_id, 3)
            trap.assert_jobs_count(0)
            self.backend.action_export_stock()
            trap.assert_jobs_count(1)
            self.perform(trap)
        self.assertEqual(self.shop.records["stock_availables"][4]["quantity"], "3")

    def test_tracking_number_goes_back(self):
        self.import_kind("prestashop.order")
        self.deliver("TRACK 1")
        carrier = self.shop.records["order_carriers"][30]
        self.assertEqual(carrier["tracking_number"], "TRACK 1")
        self.assertEqual(carrier["weight"], "0.700000", "the rest is as it was")

    def test_tracking_number_that_is_too_long(self):
        self.import_kind("prestashop.order")
        with self.assertRaisesRegex(InvalidDataError, "x{65}"):
            self.deliver("x" * 65)

    def test_order_without_a_carrier(self):
        self.import_kind("prestashop.order")
        self.shop.records["order_carriers"].clear()
        self.deliver("TRACK 1")
        self.assertFalse(self.shop.asked("PUT", "order_carriers"))

    def test_what_the_shop_refuses(self):
        self.import_kind("prestashop.order")
        carriers = "/api/order_carriers/30"
        self.shop.rights["order_carriers"] = "GET"
        with self.assertRaisesRegex(Exception, f"PUT .*{carriers}.* not allowed"):
            self.deliver("TRACK 1")
        self.shop.rights.clear()
        self.shop.next = []
        original = self.shop.put

        def refuse(*args):
            raise failure(400, 41, "Validation error: tracking_number is not valid")

        self.shop.put = refuse
        self.addCleanup(setattr, self.shop, "put", original)
        with self.assertRaisesRegex(InvalidDataError, "Validation error: tracking_number"):
            self.deliver("TRACK 2")

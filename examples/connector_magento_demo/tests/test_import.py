# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime

from odoo.tests import tagged

from .common import MagentoCase
from .magento_server import TOKEN, status


@tagged("post_install", "-at_install")
class TestImport(MagentoCase):
    """What both versions have in common is tested with both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "Ten",
                "amount": 10,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "company_id": cls.env.company.id,
            }
        )

    def both(self):
        """Run a test with each version."""
        for backend in (self.one, self.two):
            with self.subTest(version=backend.version):
                yield backend

    def test_everything(self):
        for backend in self.both():
            backend.action_import_all()
            self.assertEqual(set(self.bindings(backend, "magento.website")), {"1"})
            self.assertEqual(set(self.bindings(backend, "magento.store")), {"1"})
            self.assertEqual(set(self.bindings(backend, "magento.category")), {"2", "3", "4"})
            self.assertEqual(len(self.bindings(backend, "magento.product")), 4)
            self.assertEqual(len(self.bindings(backend, "magento.sale.order")), 2)

    def test_nothing_twice(self):
        self.two.action_import_all()
        self.env.flush_all()
        dates = self.env["magento.partner"].search([]).mapped("write_date")
        self.two.write({"customers_from": False, "products_from": False, "orders_from": False})
        self.two.action_import_all()
        self.assertEqual(self.env["magento.partner"].search([]).mapped("write_date"), dates)
        self.assertEqual(len(self.bindings(self.two, "magento.sale.order")), 2)

    def test_only_what_changed(self):
        self.two.orders_from = datetime(2026, 1, 16, 12)
        self.two._import_kind("magento.sale.order")
        self.assertEqual(set(self.bindings(self.two, "magento.sale.order")), {"2"})
        self.one.orders_from = datetime(2026, 1, 16, 12)
        self.one._import_kind("magento.sale.order")
        self.assertEqual(set(self.bindings(self.one, "magento.sale.order")), {"000000002"})

    def test_customer(self):
        for backend in self.both():
            self.env["magento.partner"].import_batch(backend)
            customers = self.bindings(backend, "magento.partner")
            self.assertEqual(set(customers), {"1", "2"})
            self.assertEqual(customers["2"].name, "only@example.com")
            veronica = customers["1"]
            self.assertEqual(veronica.name, "Veronica Costello")
            self.assertEqual(veronica.category_id.mapped("name"), ["General"])
            self.assertEqual(veronica.magento_website_id.external_id, "1")
            (address,) = veronica.address_ids
            self.assertEqual(address.parent_id, veronica.odoo_id)
            self.assertEqual(address.street, "6146 Honey Bluff Parkway")
            self.assertEqual((address.state_id.code, address.country_id.code), ("MI", "US"))
            self.assertEqual(address.type, "invoice")

    def test_customer_changes(self):
        importer = self.env["magento.partner"]
        importer.import_record(self.two, "1")
        record = self.server.shop2["customers"][0]
        address = self.bindings(self.two, "magento.address")["1"].odoo_id
        record.update(group_id=0, addresses=[], lastname="Other")
        importer.import_record(self.two, "1")
        veronica = self.bindings(self.two, "magento.partner")["1"]
        self.assertEqual(veronica.name, "Veronica Other")
        self.assertEqual(veronica.category_id.mapped("name"), ["NOT LOGGED IN"])
        self.assertFalse(veronica.address_ids)
        self.assertFalse(address.active)

    def test_record_that_is_gone(self):
        for backend, shop in ((self.one, self.server.shop1), (self.two, self.server.shop2)):
            self.env["magento.partner"].import_record(backend, "1")
            partner = self.bindings(backend, "magento.partner")["1"].odoo_id
            del shop["customers"][0]
            self.env["magento.partner"].import_record(backend, "1")
            self.assertFalse(self.bindings(backend, "magento.partner"))
            self.assertFalse(partner.active)

    def test_find_deleted(self):
        for backend, shop in ((self.one, self.server.shop1), (self.two, self.server.shop2)):
            self.env["magento.partner"].import_batch(backend)
            order = "000000002" if backend == self.one else "2"
            self.env["magento.sale.order"].import_record(backend, order)
            del shop["customers"][0]
            self.server.requests.clear()
            kind = backend.kind_status_ids.filtered(lambda kind: kind.model == "magento.partner")
            kind.action_find_deleted()
            left = set(self.bindings(backend, "magento.partner"))
            self.assertEqual(left, {"2", "guest:guest@example.com"})
            # The list of those that are there, and a look at the one that is not.
            self.assertEqual(len(self.server.requests), 2)

    def test_find_deleted_of_all_kinds(self):
        for backend, shop in ((self.one, self.server.shop1), (self.two, self.server.shop2)):
            key = "store_id" if backend == self.one else "id"
            shop["stores"].append({**shop["stores"][-1], key: 8, "name": "Gone", "code": "gone"})
            backend.action_import_all()
            store = self.bindings(backend, "magento.store")["8"]
            external_id = "000000002" if backend == self.one else "2"
            order = self.bindings(backend, "magento.sale.order")[external_id].odoo_id
            del shop["stores"][-1], shop["orders"][1]
            for kind in backend.kind_status_ids.filtered("can_import"):
                self.assertTrue(kind.can_find_deleted, kind.model)
                kind.action_find_deleted()
            self.assertFalse(store.exists())
            self.assertNotIn(external_id, self.bindings(backend, "magento.sale.order"))
            self.assertEqual(order.state, "draft", "it is left as it is")

    def test_sku_with_an_option_behind_it(self):
        order = self.server.shop2["orders"][0]
        order["items"][0].update(sku="24-MB01-engraved", product_id=1)
        self.env["magento.sale.order"].import_record(self.two, "1")
        order = self.bindings(self.two, "magento.sale.order")["1"].odoo_id
        self.assertEqual(order.order_line[0].product_id.default_code, "24-MB01")
        self.assertNotIn("GET products/24-MB01-engraved", self.server.requests)

    def test_products(self):
        for backend in self.both():
            self.env["magento.product"].import_batch(backend)
            products = {
                product.default_code: product
                for product in self.bindings(backend, "magento.product").values()
            }
            bag = products["24-MB01"]
            self.assertEqual(bag.name, "Joust Duffle Bag")
            self.assertEqual((bag.list_price, bag.weight, bag.magento_id), (34, 1.5, "1"))
            self.assertEqual(bag.description_sale, "Good *one*")
            self.assertEqual(bag.categ_id.display_name, "Default Category / Gear")
            self.assertEqual(bag.magento_website_ids.mapped("external_id"), ["1"])
            self.assertTrue(bag.is_storable and bag.sale_ok)
            self.assertFalse(products["WS12"].is_storable)
            self.assertEqual(products["EBOOK"].type, "service")
            self.assertFalse(products["EBOOK"].sale_ok)

    def test_product_with_another_sku(self):
        self.env["magento.product"].import_record(self.two, "24-MB01")
        product = self.bindings(self.two, "magento.product")["24-MB01"]
        self.server.shop2["products"][0]["sku"] = "24-MB99"
        self.env["magento.product"].import_record(self.two, "24-MB99")
        self.assertEqual(self.bindings(self.two, "magento.product"), {"24-MB99": product})
        self.assertEqual(product.default_code, "24-MB99")

    def test_product_that_we_have(self):
        ours = self.env["product.product"].create({"name": "Ours", "default_code": "24-MB01"})
        self.env["magento.product"].import_record(self.two, "24-MB01")
        binding = self.bindings(self.two, "magento.product")["24-MB01"]
        self.assertEqual(binding.odoo_id, ours)
        self.assertEqual(ours.name, "Joust Duffle Bag")
        # Another shop may have it too.
        self.env["magento.product"].import_record(self.one, "1")
        self.assertEqual(self.bindings(self.one, "magento.product")["1"].odoo_id, ours)

    def test_order(self):
        for backend, external_id in ((self.one, "000000001"), (self.two, "1")):
            backend.order_prefix = f"M{backend.version[0]}-"
            self.env["magento.sale.order"].import_record(backend, external_id)
            order = self.bindings(backend, "magento.sale.order")[external_id].odoo_id
            self.assertEqual(order.name, f"M{backend.version[0]}-000000001")
            self.assertEqual(order.state, "sale")
            self.assertEqual(order.date_order, datetime(2026, 1, 15, 23, 30))
            customer = self.bindings(backend, "magento.partner")["1"]
            self.assertEqual(order.partner_id, customer.odoo_id)
            addresses = self.bindings(backend, "magento.address")
            self.assertEqual(order.partner_invoice_id, addresses["1"].odoo_id)
            self.assertEqual(order.partner_shipping_id.street, "1 Other Road")
            self.assertEqual(order.partner_shipping_id.street2, "Floor 2")
            lines = order.order_line
            self.assertEqual(
                [(line.product_id.default_code, line.product_uom_qty) for line in lines],
                [("24-MB01", 1), ("WS/12 M", 2), ("SHOP-SHIPPING", 1), ("SHOP-DISCOUNT", 1)],
            )
            self.assertEqual(lines.mapped("shop_item_id"), ["1", "2", False, False])
            self.assertEqual(lines.mapped("price_unit"), [36, 22, 5, -4.4])
            self.assertEqual(lines[0].tax_ids, self.tax)
            self.assertEqual(order.picking_ids.mapped("state"), ["confirmed"])
            self.assertFalse(lines[2].tax_ids)
            self.assertAlmostEqual(order.amount_total, 88.16)
            self.assertFalse(backend.checkpoint_count)

    def test_address_that_only_orders_have(self):
        self.server.shop2["orders"].append({**self.server.shop2["orders"][0], "entity_id": 3})
        for external_id in ("1", "3"):
            self.env["magento.sale.order"].import_record(self.two, external_id)
        first, second = self.bindings(self.two, "magento.sale.order").values()
        self.assertEqual(first.partner_shipping_id, second.partner_shipping_id)
        addresses = self.bindings(self.two, "magento.address")
        # Two jobs at once give it the same id.
        (external_id,) = addresses.keys() - {"1"}
        self.assertRegex(external_id, r"^order:1:\w+$")
        # The customer has none of that id, but it's not gone either.
        self.env["magento.partner"].import_record(self.two, "1", force=True)
        self.assertEqual(self.bindings(self.two, "magento.address"), addresses)
        self.assertEqual(addresses[external_id].type, "delivery")
        self.assertTrue(first.partner_shipping_id.active)

    def test_discount_on_the_shipping(self):
        order = self.server.shop2["orders"][0]
        order.update(
            shipping_incl_tax=5.5, shipping_discount_amount=2, grand_total=88.16 + 0.5 - 2.2
        )
        self.env["magento.sale.order"].import_record(self.two, "1")
        order = self.bindings(self.two, "magento.sale.order")["1"].odoo_id
        self.assertAlmostEqual(order.amount_total, 86.46)
        self.assertFalse(self.two.checkpoint_count)

    def test_guest_order(self):
        for backend, external_id in ((self.one, "000000002"), (self.two, "2")):
            self.env["magento.sale.order"].import_record(backend, external_id)
            order = self.bindings(backend, "magento.sale.order")[external_id].odoo_id
            self.assertEqual(order.state, "draft")
            self.assertEqual(order.currency_id.name, "EUR")
            self.assertEqual(order.amount_total, 9.5)
            self.assertEqual(order.partner_id.email, "Guest@example.com")
            self.assertEqual(order.partner_invoice_id.country_id.code, "FR")
            self.assertEqual(
                set(self.bindings(backend, "magento.partner")), {"guest:guest@example.com"}
            )
            # The product is gone from the shop, but not the name it had.
            self.assertEqual(order.order_line.product_id.default_code, "SHOP-UNKNOWN")
            self.assertEqual(order.order_line.name, "Gone")
            guest = self.bindings(backend, "magento.partner")["guest:guest@example.com"]
            self.env["magento.partner"].import_record(backend, guest.external_id, force=True)
            self.assertTrue(guest.odoo_id.active)

    def test_states_of_an_order(self):
        shop = self.server.shop2["orders"][0]

        def run(state):
            shop["state"] = state
            self.env["magento.sale.order"].import_record(self.two, "1")
            return self.bindings(self.two, "magento.sale.order")["1"].odoo_id

        order = run("pending_payment")
        self.assertEqual(order.state, "draft")
        run("processing")
        self.assertEqual(order.state, "sale")
        run("canceled")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(len(order.order_line), 4)

    def test_order_that_has_left_the_shop(self):
        self.server.shop2["orders"][0]["state"] = "complete"
        self.env["magento.sale.order"].import_record(self.two, "1")
        order = self.bindings(self.two, "magento.sale.order")["1"].odoo_id
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])

    def test_total_that_differs(self):
        self.server.shop2["orders"][0]["grand_total"] = 80
        self.env["magento.sale.order"].import_record(self.two, "1")
        self.assertEqual(self.two.checkpoint_count, 1)
        checkpoint = self.env["connector.checkpoint"].search([], limit=1)
        self.assertRegex(checkpoint.reason, r"88\.16 here, and .*80\.00")

    def test_percentage_without_a_tax(self):
        self.tax.active = False
        self.server.shop2["orders"][0]["items"][0]["tax_percent"] = 7.7
        self.server.shop2["orders"][0]["items"][0]["price_incl_tax"] = 38.77
        self.env["magento.sale.order"].import_record(self.two, "1")
        order = self.bindings(self.two, "magento.sale.order")["1"].odoo_id
        self.assertEqual(order.order_line[0].price_unit, 38.77)
        self.assertFalse(order.order_line[0].tax_ids)

    def test_customer_of_an_order_is_gone(self):
        del self.server.shop2["customers"][0]
        self.env["magento.sale.order"].import_record(self.two, "1")
        order = self.bindings(self.two, "magento.sale.order")["1"].odoo_id
        self.assertEqual(order.partner_id.name, "Veronica Costello")

    def test_root_of_all_categories(self):
        self.env["magento.category"].import_batch(self.two)
        self.assertNotIn("GET categories/1", self.server.requests)
        categories = self.bindings(self.two, "magento.category")
        self.assertEqual(categories["4"].complete_name, "Default Category / Gear / Bags")
        # Magento 1 shows it.
        root = {"category_id": "1", "parent_id": "0", "name": "Root Catalog", "level": "0"}
        self.server.shop1["tree"] = {**root, "children": [self.server.shop1["tree"]]}
        self.env["magento.category"].import_batch(self.one)
        categories = self.bindings(self.one, "magento.category")
        self.assertEqual(set(categories), {"1", "2", "3", "4"})
        self.assertEqual(categories["2"].complete_name, "Root Catalog / Default Category")

    def test_total_that_is_missing(self):
        for content, page in (({"items": [{"id": 1}]}, None), ({"items": None}, None)):
            act = status(200, {**content, "total_count": None})
            self.server.trouble.append(("customers/search", act))
            found = self.adapter(self.two).search_page(limit=2)
            self.assertEqual(found, (["1"] if content["items"] else [], page))

    def test_pages(self):
        for number in range(3, 230):
            self.server.shop2["customers"].append({"id": number, "email": f"{number}@x.example"})
        ids, page = self.adapter(self.two).search_page(limit=100)
        self.assertEqual((len(ids), page), (100, 2))
        self.assertEqual(len(self.adapter(self.two).search_page(page=3, limit=100)[0]), 29)
        self.assertIsNone(self.adapter(self.two).search_page(page=3, limit=100)[1])
        # Without an order of the shop's, a record may be on two pages and another one on none.
        self.assertEqual(self.server.queries[-1]["searchCriteria[sortOrders][0][direction]"], "ASC")
        # A full last page is the last one.
        self.assertIsNone(self.adapter(self.two).search_page(page=1, limit=229)[1])

    def test_no_job_holds_a_secret(self):
        env = self.env(context={**self.env.context, "queue_job__no_delay": False})
        self.two.with_env(env).action_import_all()
        jobs = self.env["queue.job"].search([("model_name", "like", "magento.%")])
        self.assertEqual(len(jobs), 7)
        for job in jobs:
            self.assertNotIn(TOKEN, f"{job.args} {job.kwargs} {job.records}")

    def test_records_with_hardly_anything(self):
        one, two = self.server.shop1, self.server.shop2
        one["customers"].append({"customer_id": "9", "email": None})
        two["customers"].append({"id": 9, "addresses": None})
        one["products"].append({"product_id": "9", "sku": None, "price": None, "categories": []})
        two["products"].append({"id": 9, "sku": "BARE", "custom_attributes": []})
        line = {"item_id": 1, "sku": "BARE", "qty_ordered": "1.0000", "price": None}
        one["orders"].append({"increment_id": "9", "items": [line], "customer_id": "9"})
        two["orders"].append({"entity_id": 9, "items": [line], "customer_id": None})
        two["orders"].append({"entity_id": 10, "items": None, "state": None})
        for backend in self.both():
            backend.action_import_all()
            self.assertIn("9", self.bindings(backend, "magento.partner"))
            products = self.bindings(backend, "magento.product").values()
            self.assertIn("9", [product.magento_id for product in products])
            order = self.bindings(backend, "magento.sale.order")["9"].odoo_id
            self.assertEqual(order.state, "draft")
            self.assertEqual(order.order_line.product_uom_qty, 1)
        self.assertFalse(self.bindings(self.two, "magento.sale.order")["10"].order_line)

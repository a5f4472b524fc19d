# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import COMBINATION, PRODUCT, STOCK, PrestashopCase
from .shop_data import texts
from .shop_server import PIXEL


@tagged("post_install", "-at_install")
class TestCatalogue(PrestashopCase):
    def test_products_with_all_they_need(self):
        self.import_kind(PRODUCT)
        shirt = self.binding(PRODUCT, 1)
        self.assertEqual(shirt.name, "Hummingbird T-shirt")
        self.assertEqual(shirt.with_context(lang="fr_FR").name, "T-shirt colibri")
        self.assertEqual(shirt.description_sale, "Soft & light.")
        self.assertEqual(shirt.with_context(lang="fr_FR").description_sale, "Doux & léger.")
        self.assertIn("Tout sur lui", shirt.with_context(lang="fr_FR").description)
        self.assertEqual(shirt.list_price, 23.9)
        self.assertTrue(shirt.is_storable)
        self.assertEqual(shirt.manufacturer_id.name, "Studio Design")
        self.assertTrue(shirt.manufacturer_id.is_company)
        self.assertEqual(shirt.categ_id, self.binding("prestashop.category", 3).odoo_id)
        self.assertEqual(shirt.categ_id.complete_name, "Root / Home / Art")
        self.assertEqual(sorted(shirt.category_ids.mapped("external_id")), [2, 3])
        self.assertEqual(self.binding(PRODUCT, 3).type, "service")
        self.assertEqual(self.env["prestashop.shop"].search([]).name, "My & shop")

    def test_combinations(self):
        self.import_kind(PRODUCT)
        shirt, small, large = (
            self.binding(PRODUCT, 1),
            self.binding(COMBINATION, 1),
            self.binding(COMBINATION, 2),
        )
        self.assertEqual(shirt.odoo_id.product_variant_ids, small.odoo_id | large.odoo_id)
        self.assertEqual((small | large).odoo_id.mapped("default_code"), ["demo_1_s", "demo_1_l"])
        self.assertEqual(small.barcode, "4012345678901")
        self.assertAlmostEqual(large.weight, 0.35)
        self.assertEqual(large.standard_price, 9.5)
        self.assertEqual(large.odoo_id.lst_price, 25.9)
        self.assertEqual(small.odoo_id.lst_price, 23.9)
        value = large.odoo_id.product_template_attribute_value_ids
        self.assertEqual(value.with_context(lang="fr_FR").display_name, "Taille: Grand")
        # Without combinations, a product has one variant, and the codes.
        mug = self.binding(PRODUCT, 2)
        self.assertEqual(mug.odoo_id.product_variant_ids.default_code, "demo_2")
        self.assertEqual(mug.barcode, "4006381333931")

    def test_pictures(self):
        self.import_kind(PRODUCT)
        shirt = self.binding(PRODUCT, 1)
        self.assertTrue(shirt.image_1920)
        self.assertTrue(self.binding(COMBINATION, 2).odoo_id.image_variant_1920)
        self.assertFalse(self.binding(COMBINATION, 1).odoo_id.image_variant_1920)
        asked = len(self.shop.asked("GET", "images"))
        self.assertEqual(asked, 2)
        # Only another picture is fetched again; one whose file is gone does no harm.
        self.shop.records["products"][1]["id_default_image"] = "12"
        self.import_kind(PRODUCT)
        self.assertEqual(len(self.shop.asked("GET", "images")), asked + 1)
        self.assertFalse(shirt.image_1920)
        self.shop.images["products/1/13"] = PIXEL
        self.shop.records["products"][1]["id_default_image"] = "13"
        self.import_kind(PRODUCT)
        self.assertTrue(shirt.image_1920)

    def test_second_import_writes_nothing(self):
        self.import_kind(PRODUCT)
        shirt = self.binding(PRODUCT, 1)
        before = shirt.last_import_date
        version = shirt.external_version
        # What was sold, and who has saved it again, is no change.
        self.shop.records["products"][1].update(quantity="3", date_upd="2024-06-01 00:00:00")
        shirt.odoo_id.list_price = 1
        self.import_kind(PRODUCT)
        self.assertEqual(shirt.list_price, 1)
        self.assertEqual((shirt.last_import_date, shirt.external_version), (before, version))

    def test_changes_arrive(self):
        self.import_kind(PRODUCT)
        small, large = (self.binding(COMBINATION, number).odoo_id for number in (1, 2))
        shop = self.shop.records
        shop["products"][1].update(price="20.000000", name=texts("Shirt", "Chemise"))
        shop["product_option_values"][3] = {
            "id_attribute_group": "1",
            "color": "",
            "name": texts("Huge", "Énorme"),
        }
        shop["combinations"][3] = {
            **shop["combinations"][1],
            "reference": "demo_1_xl",
            "ean13": "",
            "associations": {"product_option_values": [{"id": 3}]},
        }
        del shop["combinations"][1]
        shop["products"][1]["associations"]["combinations"] = [{"id": 2}, {"id": 3}]
        self.import_kind(PRODUCT)
        shirt = self.binding(PRODUCT, 1)
        self.assertEqual((shirt.name, shirt.list_price), ("Shirt", 20))
        self.assertEqual(shirt.with_context(lang="fr_FR").name, "Chemise")
        huge = self.binding(COMBINATION, 3).odoo_id
        self.assertEqual(shirt.odoo_id.product_variant_ids, large | huge)
        self.assertFalse(small.active)
        self.assertFalse(self.binding(COMBINATION, 1))

    def test_change_of_a_combination_alone(self):
        self.import_kind(PRODUCT)
        self.shop.records["combinations"][2]["reference"] = "other"
        self.import_kind(PRODUCT)
        self.assertEqual(self.binding(COMBINATION, 2).default_code, "other")

    def test_combination_asked_for_alone(self):
        self.import_record(COMBINATION, 2)
        self.assertEqual(self.binding(COMBINATION, 2).default_code, "demo_1_l")
        self.assertTrue(self.binding(COMBINATION, 1))
        self.assertTrue(self.binding(PRODUCT, 1))
        del self.shop.records["combinations"][2]
        self.import_record(COMBINATION, 2)
        self.assertFalse(self.binding(COMBINATION, 2))

    def test_product_that_is_not_sold(self):
        self.shop.records["products"][1]["active"] = "0"
        self.import_kind(PRODUCT)
        shirt = self.binding(PRODUCT, 1)
        self.assertFalse(shirt.odoo_id.active)
        self.shop.records["products"][1]["active"] = "1"
        self.import_kind(PRODUCT)
        self.assertTrue(shirt.odoo_id.active)
        self.assertEqual(len(shirt.odoo_id.product_variant_ids), 2)

    def test_product_that_is_deleted(self):
        self.import_kind(PRODUCT)
        mug = self.binding(PRODUCT, 2).odoo_id
        del self.shop.records["products"][2]
        self.import_record(PRODUCT, 2)
        self.assertFalse(mug.active)
        self.assertFalse(self.binding(PRODUCT, 2))

    def test_deleted_products_are_looked_for(self):
        self.import_kind(PRODUCT)
        mug = self.binding(PRODUCT, 2).odoo_id
        del self.shop.records["products"][2]
        kind = self.backend.kind_status_ids.filtered(lambda one: one.model == PRODUCT)
        with trap_jobs() as trap:
            kind.action_find_deleted()
            self.perform(trap)
        self.assertFalse(mug.active)
        self.assertFalse(self.binding(PRODUCT, 2))
        self.assertTrue(self.binding(PRODUCT, 1).odoo_id.active)

    def test_barcode_that_another_product_has(self):
        self.shop.records["products"][3]["ean13"] = "4006381333931"
        self.import_kind(PRODUCT)
        codes = [self.binding(PRODUCT, number).barcode for number in (2, 3)]
        self.assertCountEqual(codes, ["4006381333931", False])

    def test_versions_differ(self):
        shop = self.shop.records["products"]
        shop[2]["ean13"] = ""
        shop[3].update(type="", product_type="virtual")
        shop[4] = {**shop[2], "state": "0", "isbn": ""}
        self.import_kind(PRODUCT)
        self.assertEqual(self.binding(PRODUCT, 2).barcode, "9783161484100")
        self.assertEqual(self.binding(PRODUCT, 3).type, "service")
        self.assertFalse(self.binding(PRODUCT, 4), "a draft is not imported")
        language = self.binding("prestashop.language", 2)
        self.assertEqual((language.code, language.odoo_id.code), ("fr_FR", "fr_FR"))

    def test_stock_records(self):
        self.import_kind(PRODUCT)
        # Without the sum of the combinations, which the shop computes.
        stocks = self.env[STOCK].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(sorted(stocks.mapped("external_id")), [2, 3, 4])
        self.assertEqual(self.binding(STOCK, 3).odoo_id, self.binding(COMBINATION, 2).odoo_id)
        self.assertEqual(self.binding(STOCK, 4).odoo_id.default_code, "demo_2")
        self.assertEqual(self.binding(STOCK, 4).shop_id.name, "My & shop")

    def test_everything_by_the_button(self):
        from odoo.addons.queue_job.tests.common import trap_jobs

        with trap_jobs() as trap:
            self.backend.action_import_all()
            self.perform(trap)
        counts = {kind.model: kind.record_count for kind in self.backend.kind_status_ids}
        self.assertEqual(counts["prestashop.order"], 1)
        self.assertEqual(counts[PRODUCT], 3)
        self.assertEqual(counts["prestashop.category"], 3)
        self.assertEqual(counts[STOCK], 3)
        self.assertTrue(self.backend.products_from)
        # The second time, what has changed since.
        self.shop.requests.clear()
        with trap_jobs() as trap:
            self.backend.action_import_all()
            self.perform(trap)
        [listing] = self.shop.asked("GET", "products")
        self.assertIn("filter[date_upd]=>[", listing.replace("+", " "))
        self.assertIn("date=1", listing)


@tagged("post_install", "-at_install")
class TestCatalogue16(PrestashopCase):
    version = "1.6"

    def test_older_shop(self):
        shop = self.shop.records
        for language in shop["languages"].values():
            del language["locale"]
        for product in shop["products"].values():
            del product["state"]
        shop["products"][2]["ean13"] = ""
        shop["products"][2]["upc"] = "036000291452"
        self.import_kind(PRODUCT)
        language = self.binding("prestashop.language", 2)
        self.assertEqual((language.code, language.odoo_id.code), ("fr_FR", "fr_FR"))
        self.assertEqual(self.binding(PRODUCT, 2).barcode, "036000291452", "no isbn in 1.6")
        self.assertEqual(self.binding(PRODUCT, 3).type, "service")
        self.assertEqual(
            self.binding(PRODUCT, 1).with_context(lang="fr_FR").name, "T-shirt colibri"
        )
        self.assertEqual(len(self.binding(PRODUCT, 1).combination_ids), 2)

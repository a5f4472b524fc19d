# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What can go wrong between two systems, and what shops send that one would not expect."""

from unittest import mock

from odoo.tests import tagged

from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from odoo.addons.queue_job.exception import FailedJobError

from ..components.adapter import PrestashopAdapter
from ..components.importer import PrestashopBatchImporter
from .common import COMBINATION, PRODUCT, PrestashopCase
from .shop_server import KEY, Answer, cut, document, failure, stall


@tagged("post_install", "-at_install")
class TestProtocol(PrestashopCase):
    def adapter(self, model=PRODUCT):
        with self.backend.work_on(model) as work:
            return work.component(usage="backend.adapter")

    def refused(self, answer, error):
        """Have the next request answered like this, and return the error of a read."""
        self.shop.next = [answer]
        with self.assertRaises(error) as caught:
            self.adapter("prestashop.category").read(2)
        self.assertNotIn(KEY, str(caught.exception))
        return caught.exception

    def set(self, component, name, value):
        """Set an attribute of a component for the time of this test."""
        patcher = mock.patch.object(component, name, value, create=True)
        self.addCleanup(patcher.stop)
        patcher.start()

    def test_too_many_requests(self):
        error = self.refused(Answer(429, headers={"Retry-After": "17"}), NetworkRetryableError)
        self.assertEqual((error.seconds, error.ignore_retry), (17, True))

    def test_out_of_order(self):
        error = self.refused(
            failure(503, 503, "The PrestaShop webservice is disabled", {"Retry-After": "120"}),
            NetworkRetryableError,
        )
        self.assertEqual((error.seconds, error.ignore_retry), (120, False))
        self.assertIn("webservice is disabled", str(error))
        self.refused(Answer(500, "<b>Fatal error</b>"), NetworkRetryableError)

    def test_cut_connection(self):
        self.refused(Answer(script=cut), NetworkRetryableError)

    def test_slow_answer(self):
        self.set(PrestashopAdapter, "_read_timeout", 0.2)
        error = self.refused(Answer(script=stall), NetworkRetryableError)
        self.assertIn("no answer in time", str(error))

    def test_page_of_somebody_else(self):
        self.refused(Answer(200, "<html><body>Maintenance</body></html>"), NetworkRetryableError)
        self.refused(Answer(200, "No XML"), NetworkRetryableError)

    def test_error_that_looks_well(self):
        answer = failure(200, 2, "[PHP Warning #2] Division by zero")
        self.assertIn("PHP Warning", str(self.refused(answer, InvalidDataError)))

    def test_wrong_key(self):
        self.backend.key = "0123456789ABCDEF"
        with self.assertRaisesRegex(FailedJobError, "401"):
            self.adapter().search()

    def test_error_says_what_the_shop_says(self):
        error = self.refused(failure(400, 38, "Id(s) is not good"), InvalidDataError)
        self.assertIn("Id(s) is not good", str(error))

    def test_missing_record(self):
        with self.assertRaises(IDMissingInBackend):
            self.adapter().read(77)

    def test_wrong_address(self):
        self.backend.url = f"{self.shop.url}/other"
        with self.assertRaisesRegex(FailedJobError, "is the address right"):
            self.adapter().search()

    def test_pages(self):
        category = self.shop.records["categories"][3]
        for number in range(4, 12):
            self.shop.records["categories"][number] = {**category}
        self.set(PrestashopBatchImporter, "_page_size", 5)
        self.set(PrestashopBatchImporter, "_group_size", 2)
        self.import_kind("prestashop.category")
        self.assertEqual(self.env["prestashop.category"].search_count([]), 11)
        listings = [path for path in self.shop.asked("GET", "categories") if "limit=" in path]
        pages = [path.partition("limit=")[2].partition("&")[0] for path in listings]
        self.assertEqual([page for page in pages if page.endswith(",5")], ["0,5", "5,5", "10,5"])

    def test_group_is_read_at_once(self):
        self.assertEqual(sorted(self.adapter().read_many([1, 2, 99])), [1, 2])
        listing, missing = self.shop.asked("GET", "products")
        self.assertIn("filter[id]=[1|2|99]", listing)
        self.assertEqual(missing, "/api/products/99")

    def test_shop_that_can_not_list_whole_records(self):
        whole, bare = document(""), failure(400, 38, "This filter does not exist")
        for answer in (bare, Answer(200, whole), Answer(404)):
            self.shop.next = [answer]
            found = self.adapter("prestashop.category").read_many([1, 2])
            self.assertEqual([found[number]["id"] for number in (1, 2)], ["1", "2"])

    def test_kinds_that_the_key_may_not_see(self):
        hidden = ("manufacturers", "categories", "combinations", "languages", "shops")
        for rights in ("", "PUT"):
            self.shop.rights = dict.fromkeys(hidden, rights)
            self.import_record(PRODUCT, 1, force=True)
            shirt = self.binding(PRODUCT, 1)
            self.assertEqual(shirt.name, "Hummingbird T-shirt")
            self.assertFalse(shirt.manufacturer_id)
            self.assertFalse(shirt.combination_ids)
        with self.assertRaisesRegex(FailedJobError, "manufacturers"):
            self.import_kind("prestashop.manufacturer")

    def test_shop_with_one_language_and_no_associations(self):
        product = self.shop.records["products"][2]
        del product["associations"]
        product.update(name="Mug", description="", description_short={"1": ""})
        del self.shop.records["languages"][2]
        self.import_kind(PRODUCT)
        self.assertEqual(self.binding(PRODUCT, 2).name, "Mug")
        self.assertFalse(self.binding(PRODUCT, 2).category_ids)

    def test_combinations_that_no_association_names(self):
        del self.shop.records["products"][1]["associations"]["combinations"]
        self.import_record(PRODUCT, 1)
        self.assertEqual(len(self.binding(PRODUCT, 1).combination_ids), 2)

    def test_combination_without_values(self):
        self.shop.records["combinations"][2]["associations"] = {}
        self.import_record(PRODUCT, 1)
        self.assertTrue(self.binding(COMBINATION, 1))
        self.assertFalse(self.binding(COMBINATION, 2))

    def test_control_characters(self):
        self.shop.records["categories"][3]["name"] = {"1": "Odd\x0b name", "2": "\x1f"}
        self.import_record("prestashop.category", 3)
        self.assertEqual(self.binding("prestashop.category", 3).name, "Odd name")

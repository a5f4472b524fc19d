# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime
from unittest import mock

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestBatchImporter(ShopCase):
    def setUp(self):
        super().setUp()
        self.products = self.env[PRODUCT]

    def run_batch(self, page=None, filters=None, pages=None, force=False, **attributes):
        """Run the importer of products.

        :param pages: lists of ids, if the adapter knows pages
        :param attributes: of the importer
        """
        with self.component("batch.importer") as importer:
            for name, value in attributes.items():
                setattr(importer, name, value)
            if pages:
                adapter = mock.Mock(spec=["search_page"])
                adapter.search_page.side_effect = lambda filters, page, limit: (
                    pages[page or 0],
                    (page or 0) + 1 if (page or 0) + 1 < len(pages) else None,
                )
                importer._backend_adapter = adapter
            return importer.run(filters=filters, page=page, force=force)

    def test_one_job_per_record(self):
        with trap_jobs() as trap:
            result = self.run_batch()
        trap.assert_jobs_count(3, only=self.products.import_record)
        trap.assert_jobs_count(3)
        for external_id in ("p1", "p2", "p3"):
            trap.assert_enqueued_job(
                self.products.import_record, args=(self.backend, external_id), kwargs={}
            )
        self.assertIn("3", result)

    def test_jobs_say_what_they_import(self):
        with trap_jobs() as trap:
            self.run_batch(pages=[["p1"], ["p2"]])
        self.assertEqual(
            [job.description for job in trap.enqueued_jobs],
            ["Import the next page of Test Product", "Import Test Product p1"],
        )

    def test_the_options_have_the_last_word_on_the_description(self):
        with trap_jobs() as trap:
            self.run_batch(filters={"prefix": "p1"}, _job_options=lambda: {"description": "Mine"})
        self.assertEqual([job.description for job in trap.enqueued_jobs], ["Mine"])

    def test_the_job_of_a_group_says_how_many(self):
        with trap_jobs() as trap:
            self.run_batch(_group_size=2)
        self.assertEqual(
            [job.description for job in trap.enqueued_jobs],
            ["Import 2 of Test Product", "Import 1 of Test Product"],
        )

    def test_filters(self):
        with trap_jobs() as trap:
            self.run_batch(filters={"prefix": "p1"})
        trap.assert_jobs_count(1)
        self.assertEqual(self.calls("search"), [("search", {"prefix": "p1"})])

    def test_job_method(self):
        with trap_jobs() as trap:
            self.products.with_delay().import_batch(self.backend, filters={"prefix": "p"})
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(3, only=self.products.import_record)
            trap.perform_enqueued_jobs()
        self.assertEqual(
            {binding.external_id for binding in self.products.search([])}, {"p1", "p2", "p3"}
        )
        self.assertTrue(self.binding("c2", CATEGORY))

    def test_one_job_per_page(self):
        with trap_jobs() as trap:
            self.run_batch(pages=[["p1"], ["p2"], ["p3"]], filters={"a": 1})
        trap.assert_jobs_count(1, only=self.products.import_record)
        trap.assert_enqueued_job(
            self.products.import_batch,
            args=(self.backend,),
            kwargs={"filters": {"a": 1}, "page": 1},
        )
        with trap_jobs() as trap:
            self.run_batch(pages=[["p1"], ["p2"], ["p3"]], page=2)
        trap.assert_jobs_count(0, only=self.products.import_batch)
        trap.assert_enqueued_job(self.products.import_record, args=(self.backend, "p3"), kwargs={})

    def test_direct(self):
        with trap_jobs() as trap:
            result = self.run_batch(pages=[["p1"], ["p2", "p3"]], _delayed=False)
        trap.assert_jobs_count(0)
        self.assertEqual(len(self.products.search([("backend_id", "=", self.backend.id)])), 3)
        self.assertIn("3", result)

    def test_groups(self):
        with trap_jobs() as trap:
            self.run_batch(_group_size=2)
        trap.assert_jobs_count(2)
        for ids in (["p1", "p2"], ["p3"]):
            trap.assert_enqueued_job(
                self.products.import_group, args=(self.backend, ids), kwargs={}
            )

    def test_direct_groups(self):
        with trap_jobs() as trap:
            self.run_batch(_group_size=2, _delayed=False)
        trap.assert_jobs_count(0)
        self.assertEqual(len(self.products.search([("backend_id", "=", self.backend.id)])), 3)

    def test_force_is_handed_on(self):
        with trap_jobs() as trap:
            self.run_batch(force=True, pages=[["p1"], ["p2"]])
        trap.assert_enqueued_job(
            self.products.import_record, args=(self.backend, "p1"), kwargs={"force": True}
        )
        trap.assert_enqueued_job(
            self.products.import_batch,
            args=(self.backend,),
            kwargs={"filters": None, "page": 1, "force": True},
        )

    def test_job_options(self):
        with trap_jobs() as trap:
            self.run_batch(_job_options=lambda: {"priority": 30})
        trap.assert_enqueued_job(
            self.products.import_record,
            args=(self.backend, "p1"),
            kwargs={},
            properties={"priority": 30},
        )

    def test_selection(self):
        with trap_jobs() as trap:
            self.run_batch(_select=lambda ids: [key for key in ids if key != "p2"])
        trap.assert_jobs_count(2)

    @freeze_time("2026-03-01 12:00:00")
    def test_import_since_a_date(self):
        """Each import begins before the last one began, so that nothing falls in between."""
        dates = []
        for _ in range(2):
            with trap_jobs() as trap:
                self.backend.import_since(PRODUCT, "import_products_from", filters={"prefix": "p"})
            (job,) = trap.enqueued_jobs
            self.assertEqual(job.method_name, "import_batch")
            self.assertEqual(job.kwargs["filters"].pop("prefix"), "p")
            dates.append(job.kwargs["filters"].get("from_date"))
        self.assertEqual(dates, [None, datetime(2026, 3, 1, 11, 55)])
        self.assertEqual(self.backend.import_products_from, datetime(2026, 3, 1, 11, 55))

    def test_import_since_takes_the_callers_filters_as_they_are(self):
        filters = {"prefix": "p"}
        self.backend.import_products_from = "2026-01-01"
        with trap_jobs():
            self.backend.import_since(PRODUCT, "import_products_from", filters=filters)
        self.assertEqual(filters, {"prefix": "p"})

    def test_nothing_found(self):
        with trap_jobs() as trap:
            self.run_batch(filters={"prefix": "x"}, _group_size=5)
        trap.assert_jobs_count(0)

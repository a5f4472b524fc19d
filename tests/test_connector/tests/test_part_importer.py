# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.tests import tagged

from odoo.addons.connector.exception import AccessRefused
from odoo.addons.queue_job.exception import FailedJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestParts(ShopCase):
    """Products stand for the parts of a category, which bring their records along."""

    def test_parts_come_and_go(self):
        for external_id in ("p1", "p2"):
            self.import_record(external_id)
        known = self.binding("p1") | self.binding("p2")
        parts = {
            "p1": {"id": "p1", "label": "Novella", "price": 1, "category": "c1"},
            "p9": {"id": "p9", "label": "New", "price": 1, "category": "c1"},
        }
        self.shop.calls.clear()
        with self.component("record.importer", CATEGORY) as importer:
            importer._set_up("c1")
            importer._import_parts(PRODUCT, parts, known)
        self.assertEqual(self.binding("p1").name, "Novella")
        self.assertTrue(self.binding("p9"))
        self.assertFalse(self.binding("p2"))
        self.assertNotIn(("read", "p1"), self.shop.calls, "it came with the whole")

    def test_asked_for_alone(self):
        with self.component("test.part.importer") as importer:
            importer.run("p1")
            self.assertTrue(self.binding("c1", CATEGORY))
            self.assertFalse(self.binding("p1"), "it is the whole that is imported")
            self.shop[PRODUCT]["p1"]["category"] = None
            self.assertIn("p1", importer.run("p1"))

    def test_with_its_record(self):
        with self.component("test.part.importer") as importer:
            importer.run("p1", external_record=self.shop[PRODUCT]["p1"])
        self.assertEqual(self.binding("p1").name, "Novel")

    def test_part_that_is_gone(self):
        self.import_record("p1")
        del self.shop[PRODUCT]["p1"]
        with self.component("test.part.importer") as importer:
            importer.run("p1")
        self.assertFalse(self.binding("p1"))


@tagged("post_install", "-at_install")
class TestWhatIsLeftOut(ShopCase):
    def refuse(self, error):
        """Let the shop refuse to show categories."""
        with self.component("backend.adapter", CATEGORY) as found:
            cls = type(found)
        original = cls.read

        def read(this, external_id):
            if this.model._name == CATEGORY:
                raise error
            return original(this, external_id)

        patcher = mock.patch.object(cls, "read", read)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_dependency_that_may_not_be_seen(self):
        self.refuse(AccessRefused("not for you"))
        with self.component("record.importer") as importer:
            importer._set_up("p1")
            with self.assertLogs("odoo.addons.connector.components.record_importer") as logs:
                importer._import_dependency("c1", CATEGORY)
            self.assertFalse(importer._dependency_imported)
        self.assertIn("c1 is left out: not for you", logs.output[0])

    def test_other_errors_are_raised(self):
        self.refuse(FailedJobError("broken"))
        with self.component("record.importer") as importer:
            importer._set_up("p1")
            with self.assertRaisesRegex(FailedJobError, "broken"):
                importer._import_dependency("c1", CATEGORY)

    def test_what_is_not_known_yet_is_enqueued(self):
        self.import_record("p1")
        with self.component("record.importer") as importer, trap_jobs() as trap:
            importer._delay_missing(PRODUCT, ["p1", "p2", "p3"])
            importer._delay_missing(PRODUCT, ["p1"])
        trap.assert_jobs_count(1)
        trap.assert_enqueued_job(
            self.env[PRODUCT].import_group, args=(self.backend, ["p2", "p3"]), kwargs={}
        )


@tagged("post_install", "-at_install")
class TestFirstKinds(ShopCase):
    def run_batch(self, model=PRODUCT, page=None):
        with self.component("batch.importer", model) as importer, trap_jobs():
            importer._first_kinds = (CATEGORY,)
            importer.run(page=page)

    def test_small_kinds_come_first(self):
        self.run_batch()
        self.assertEqual(self.binding("c2", CATEGORY).odoo_id.name, "Toys")
        self.shop.calls.clear()
        self.run_batch()
        self.assertNotIn(("read", "c2"), self.shop.calls, "they are there already")

    def test_only_before_the_first_page_of_others(self):
        self.run_batch(page=1)
        self.run_batch(CATEGORY)
        self.assertFalse(self.binding("c2", CATEGORY))

    def test_kind_that_may_not_be_seen(self):
        with self.component("backend.adapter", CATEGORY) as adapter:
            cls = type(adapter)
        with mock.patch.object(cls, "read", side_effect=AccessRefused("no")):
            self.run_batch()
        self.assertFalse(self.binding("c2", CATEGORY))

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.exception import FailedJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestDeletionImporter(ShopCase):
    def setUp(self):
        super().setUp()
        for external_id in ("p1", "p2", "p3"):
            self.import_record(external_id)
        # One that was never exported has no id over there, and is nobody's to delete.
        self.env[PRODUCT].create({"backend_id": self.backend.id, "name": "ours alone"})

    def find(self):
        """Run the search and the jobs it makes; return the ids that these are about."""
        with trap_jobs() as trap:
            self.env[PRODUCT].import_deletions(self.backend)
            ids = [job.args[1] for job in trap.enqueued_jobs]
            trap.perform_enqueued_jobs()
        return ids

    def test_nothing_is_gone(self):
        self.assertEqual(self.find(), [])

    def test_what_is_gone_is_archived(self):
        novel = self.binding("p1").odoo_id
        del self.shop[PRODUCT]["p1"]
        self.assertEqual(self.find(), ["p1"])
        self.assertFalse(self.binding("p1"))
        self.assertFalse(novel.active)
        self.assertTrue(self.binding("p2").odoo_id.active)

    def test_list_that_leaves_something_out(self):
        with self.listing(["p2"]):
            self.assertEqual(self.find(), ["p1", "p3"])
        self.assertTrue(self.binding("p1").odoo_id.active)

    def test_pages(self):
        del self.shop[PRODUCT]["p2"]
        with self.component("deletion.importer") as importer:
            pages = {None: (["p1"], "next"), "next": (["p3"], None)}
            importer.backend_adapter.search_page = lambda filters, page, limit: pages[page]
            with trap_jobs() as trap:
                importer.run()
        (job,) = trap.enqueued_jobs
        self.assertEqual(job.args, (self.backend, "p2"))

    def test_ids_are_compared_as_text(self):
        self.shop[PRODUCT][7] = {"label": "Seven", "price": 1.0}
        self.import_record("7", external_record={"label": "Seven", "price": 1.0})
        with self.listing(["p1", "p2", "p3", 7]):
            self.assertEqual(self.find(), [])

    def test_nothing_is_done_when_all_seems_gone(self):
        self.shop[PRODUCT].clear()
        with self.assertRaisesRegex(FailedJobError, "none of the 3 records"), trap_jobs() as trap:
            self.env[PRODUCT].import_deletions(self.backend)
        trap.assert_jobs_count(0)

    def test_button(self):
        kinds = self.backend.kind_status_ids
        product = kinds.filtered(lambda kind: kind.model == PRODUCT)
        with trap_jobs() as trap:
            notice = product.action_find_deleted()
        trap.assert_enqueued_job(self.env[PRODUCT].import_deletions, (self.backend,), {})
        self.assertEqual(notice["params"]["type"], "success")
        with self.assertRaises(UserError):
            kinds.filtered(lambda kind: kind.model == CATEGORY).action_find_deleted()
        user = new_test_user(self.env, "reader", "base.group_user")
        with self.assertRaises(AccessError):
            product.with_user(user).action_find_deleted()

    def listing(self, external_ids):
        """Have the shop list these ids."""
        with self.component("backend.adapter") as adapter:
            return mock.patch.object(type(adapter), "search", return_value=external_ids)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.queue_job.exception import FailedJobError

from .common import OdooConnectorCase


@tagged("post_install", "-at_install")
class TestDeletion(OdooConnectorCase):
    def setUp(self):
        super().setUp()
        self.add_partner(7, name="Ann")
        self.add_partner(8, name="Bob")
        self.import_all()
        self.ann = self.bindings("odoo.res.partner")[7].odoo_id
        del self.remote.records["res.partner"][7]

    def test_record_is_archived_and_its_link_removed(self):
        self.import_all()
        self.assertFalse(self.ann.active)
        self.assertEqual(set(self.bindings("odoo.res.partner")), {8})

    def test_record_is_kept_where_the_backend_says_so(self):
        self.backend.deletion_policy = "keep"
        self.import_all()
        self.assertTrue(self.ann.active)
        self.assertEqual(set(self.bindings("odoo.res.partner")), {8})

    def test_nothing_is_archived_when_all_seems_gone(self):
        self.remote.records["res.partner"].clear()
        with self.assertRaisesRegex(FailedJobError, "none of the 2 records"):
            self.env["odoo.res.partner"].import_deletions(self.backend)
        self.assertEqual(set(self.bindings("odoo.res.partner")), {7, 8})

    def test_record_that_goes_between_listing_and_fetching(self):
        self.env["odoo.res.partner"].import_group(self.backend, [7, 8])
        self.assertFalse(self.ann.active)

    def test_deletion_of_something_never_imported(self):
        result = self.env["odoo.res.partner"].delete_record(self.backend, 4711)
        self.assertIn("4711", result)

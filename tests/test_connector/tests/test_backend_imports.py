# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestBackendImports(ShopCase):
    def form(self, backend, arch=""):
        """Return the form of a backend that adds something to the one of all backends."""
        view = self.env["ir.ui.view"].create(
            {
                "name": "form",
                "model": backend._name,
                "mode": "primary",
                "inherit_id": self.env.ref("connector.view_connector_backend_form").id,
                "arch": f'<group name="options" position="inside">{arch}</group>',
            }
        )
        return etree.fromstring(backend.get_view(view.id)["arch"])

    def test_all_kinds_in_their_order(self):
        self.backend.import_products_from = "2024-05-01 12:00:00"
        with trap_jobs() as trap:
            notice = self.backend.action_import_all()
        self.assertEqual(notice["params"]["type"], "success")
        categories, products = trap.enqueued_jobs
        self.assertEqual((categories.model_name, products.model_name), (CATEGORY, PRODUCT))
        self.assertEqual(categories.args, (self.backend,))
        self.assertIn("from_date", products.kwargs["filters"])

    def test_needs_the_right_to_write(self):
        user = new_test_user(self.env, "reader", "base.group_user")
        with self.assertRaises(AccessError), trap_jobs():
            self.backend.with_user(user).action_import_all()

    def test_nothing_to_import(self):
        backend = self.env["test.connector.web.backend"].create({"name": "x", "url": "http://x"})
        self.assertFalse(backend.can_import_all)
        with self.assertRaises(UserError):
            backend.action_import_all()
        self.assertTrue(self.backend.can_import_all)

    def test_cron_leaves_out_what_is_archived(self):
        self.backend.copy({"name": "archived", "active": False})
        self.env["test.connector.backend"].search([("id", "!=", self.backend.id)]).active = False
        with trap_jobs() as trap:
            self.env["test.connector.backend"]._cron_import()
        self.assertEqual({job.args[0] for job in trap.enqueued_jobs}, {self.backend})

    def test_form_shows_the_dates(self):
        (page,) = self.form(self.backend).iterfind(".//page[@name='dates']")
        names = [field.get("name") for field in page.iter("field")]
        self.assertEqual(names, ["import_products_from"])

    def test_date_that_the_form_shows_elsewhere(self):
        form = self.form(self.backend, '<field name="import_products_from"/>')
        self.assertIsNone(form.find(".//page[@name='dates']"))
        self.assertEqual(len(form.findall(".//field[@name='import_products_from']")), 1)

    def test_form_without_dates(self):
        form = self.form(self.env["test.connector.web.backend"])
        self.assertIsNone(form.find(".//page[@name='dates']"))
        self.assertIsNotNone(form.find(".//page[@name='kinds']"))

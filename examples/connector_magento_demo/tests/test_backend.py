# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import Form, new_test_user, tagged

from .common import MagentoCase
from .magento_server import TOKEN


@tagged("post_install", "-at_install")
class TestBackend(MagentoCase):
    def test_connection(self):
        for backend in (self.one, self.two):
            message = backend.action_test_connection()["params"]["message"]
            self.assertEqual(message, "Connected. Store views of the shop: 1")
            self.assertEqual(backend.connection_state, "ok")

    def test_connection_that_does_not_work(self):
        self.two.token = "wrong-token"
        self.two.action_test_connection()
        self.assertEqual(self.two.connection_state, "failed")
        self.assertNotIn("wrong-token", self.two.connection_message)

    def test_form(self):
        form = Form(self.env["magento.backend"])
        form.name, form.url, form.version = "New", self.server.url, "2.x"
        form.token = TOKEN
        backend = form.save()
        self.assertEqual(backend.action_test_connection()["params"]["type"], "success")
        form.version = "1.x"
        with self.assertRaises(AssertionError):
            form.save()

    def test_kinds(self):
        self.two.action_import_all()
        kinds = {kind.model: kind for kind in self.two.kind_status_ids}
        self.assertEqual(kinds["magento.sale.order"].record_count, 2)
        self.assertTrue(kinds["magento.sale.order"].can_import)
        for name in ("magento.address", "magento.invoice", "magento.shipment"):
            self.assertFalse(kinds[name].can_import)
        # It would be "Journal Entry", which says little to who sends invoices to a shop.
        self.assertEqual(kinds["magento.invoice"].label, "Magento Invoice")
        self.assertTrue(self.two.last_import_date)
        for kind in kinds.values():
            action = kind.action_open_bindings()
            for view in ("list", "form", "search"):
                self.env[action["res_model"]].get_view(view_type=view)

    def test_others_see_no_secret(self):
        user = new_test_user(self.env, "magento-reader", "base.group_user")
        fields = self.env["magento.backend"].with_user(user).fields_get()
        self.assertIn("url", fields)
        self.assertNotIn("token", fields)
        self.assertNotIn("password", fields)

    def test_regular_work(self):
        # The other backend talks to the same shop.
        self.env["magento.backend"]._cron_synchronize()
        self.assertEqual(len(self.env["magento.sale.order"].search([])), 4)
        self.assertTrue(self.server.done)

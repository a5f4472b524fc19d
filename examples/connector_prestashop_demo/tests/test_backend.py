# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import PRODUCT, PrestashopCase
from .shop_server import KEY


@tagged("post_install", "-at_install")
class TestBackend(PrestashopCase):
    def connection(self):
        self.backend.action_test_connection()
        return self.backend.connection_state, self.backend.connection_message

    def test_connection(self):
        self.assertEqual(self.connection(), ("ok", "Connected to My & shop, PrestaShop 1.7.1.1."))

    def test_what_the_key_may_not_do(self):
        self.shop.rights = {"orders": "", "stock_availables": "GET"}
        self.backend.version = "1.6"
        state, message = self.connection()
        self.assertEqual(state, "ok")
        self.assertIn("The key may not read: orders.", message)
        self.assertIn("The key may not change: stock_availables.", message)
        self.assertIn("Choose the version", message)

    def test_wrong_key(self):
        self.backend.key = "WRONG-KEY-OF-SOMEBODY"
        state, message = self.connection()
        self.assertEqual(state, "failed")
        self.assertIn("401", message)
        self.assertIn("key", message)
        self.assertNotIn("WRONG-KEY", message)

    def test_wrong_address(self):
        self.backend.url = f"{self.shop.url}/shop"
        state, message = self.connection()
        self.assertEqual(state, "failed")
        self.assertIn("is the address right", message)
        with self.assertRaises(ValidationError):
            self.backend.url = "shop.example.com"
        with self.assertRaises(ValidationError):
            self.backend.url = f"http://{KEY}@shop.example.com"
        self.backend.url = f"{self.shop.url}/api"
        self.assertEqual(self.connection()[0], "ok")

    def test_form(self):
        manager = new_test_user(
            self.env,
            "manager",
            groups="base.group_user,connector.group_connector_manager,stock.group_stock_user,"
            "sales_team.group_sale_salesman_all_leads",
        )
        with Form(self.env["prestashop.backend"].with_user(manager)) as form:
            form.name = "Other shop"
            form.url = "https://shop.example.com"
            form.key = KEY
            self.assertTrue(form.warehouse_id)
            self.assertEqual(form.version, "1.7")
        self.assertEqual(form.record.company_id, self.company)

    def test_views_of_records(self):
        self.import_kind(PRODUCT)
        for name in ("shop", "product", "order"):
            action = self.env.ref(f"connector_prestashop_demo.action_prestashop_{name}")
            model = self.env[action.res_model]
            for view in action.view_mode.split(","):
                model.get_view(view_type=view)
            model.search([]).mapped("display_name")

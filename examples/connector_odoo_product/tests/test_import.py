# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.connector_odoo.tests.common import OdooConnectorCase


@tagged("post_install", "-at_install")
class TestImportProducts(OdooConnectorCase):
    def setUp(self):
        super().setUp()
        self.remote.add("product.category", 4, name="Chairs", parent_id=[9, "Office"])
        self.remote.add("product.category", 9, name="Office")
        values = {"active": True, "sale_ok": True, "categ_id": [4, "Chairs"]}
        self.remote.add(
            "product.template",
            1,
            name="Chair",
            type="consu",
            default_code="C1",
            list_price=99.5,
            **values,
        )
        self.remote.add("product.template", 2, name="Set", type="combo", **values)

    def test_products_arrive_with_their_categories(self):
        self.import_all()
        products = self.bindings("odoo.product.template")
        chair = products[1].odoo_id
        self.assertEqual((chair.default_code, chair.list_price), ("C1", 99.5))
        self.assertEqual(chair.categ_id.complete_name, "Office / Chairs")
        self.assertEqual(chair.type, "consu")

    def test_combo_is_left_out_and_the_job_says_why(self):
        result = self.env["odoo.product.template"].import_group(self.backend, [1, 2])
        self.assertEqual(list(self.bindings("odoo.product.template")), [1])
        self.assertIn("Set is a combo", result)

    def test_combo_that_was_a_product_stays_as_it_is(self):
        self.import_all()
        chair = self.remote.records["product.template"][1]
        chair.update(type="combo", name="Chair and Desk", write_date="2021-01-01 00:00:00")
        self.import_all()
        binding = self.bindings("odoo.product.template")[1]
        self.assertEqual((binding.type, binding.name), ("consu", "Chair"))

    def test_new_price_arrives(self):
        self.import_all()
        chair = self.remote.records["product.template"][1]
        chair.update(list_price=80.0, write_date="2021-01-01 00:00:00")
        self.import_all()
        self.assertEqual(self.bindings("odoo.product.template")[1].odoo_id.list_price, 80.0)

    def test_other_odoo_without_products(self):
        self.remote.records["ir.model"].clear()
        self.import_all()
        self.assertFalse(self.bindings("odoo.product.template"))

    def test_existing_backend_gets_the_new_kinds(self):
        products = self.backend.kind_ids.filtered(
            lambda kind: kind.binding_model.startswith("odoo.product")
        )
        products.unlink()
        self.backend.action_import_all()
        self.assertIn("odoo.product.template", self.backend.kind_ids.mapped("binding_model"))

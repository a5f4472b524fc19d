# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .common import PRODUCT, ShopCase

OWN = "test.connector.own.binding"


@tagged("post_install", "-at_install")
class TestBinder(ShopCase):
    def setUp(self):
        super().setUp()
        self.product = self.env["test.connector.product"].create({"name": "Novel"})
        self.bound = self.env[PRODUCT].create(
            {"odoo_id": self.product.id, "backend_id": self.backend.id, "external_id": "p1"}
        )
        with self.component("binder") as self.binder:
            pass

    def test_to_internal(self):
        self.assertEqual(self.binder.to_internal("p1"), self.bound)
        self.assertEqual(self.binder.to_internal("p1", unwrap=True), self.product)

    def test_to_internal_unknown(self):
        self.assertEqual(self.binder.to_internal("p9"), self.env[PRODUCT])
        self.assertEqual(
            self.binder.to_internal("p9", unwrap=True), self.env["test.connector.product"]
        )

    def test_to_internal_of_another_backend(self):
        other = self.backend.copy({"name": "other"})
        with other.work_on(PRODUCT) as work:
            self.assertFalse(work.component(usage="binder").to_internal("p1"))

    def test_to_internal_finds_archived_records(self):
        self.product.active = False
        self.assertEqual(self.binder.to_internal("p1"), self.bound)

    def test_to_internal_leaves_the_context_alone(self):
        self.product.active = False
        found = self.binder.to_internal("p1")
        self.assertNotIn("active_test", found.env.context)
        self.assertNotIn("active_test", self.binder.to_internal("p1", unwrap=True).env.context)
        backend = self.backend.with_context(active_test=True, lang="en_US")
        with backend.work_on(PRODUCT) as work:
            found = work.component(usage="binder").to_internal("p1")
        self.assertEqual(found.env.context["active_test"], True)
        self.assertEqual(found, self.bound)

    def test_to_internal_of_several_is_an_error(self):
        model = "test.connector.legacy.binding"
        vals = {"backend_id": self.backend.id, "external_id": "x"}
        self.env[model].create([vals, vals])
        with self.component("binder", model) as binder, self.assertRaises(ValueError):
            binder.to_internal("x")

    def test_bindings_by_external_id(self):
        self.import_record("p2")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            found = self.binder.bindings_by_external_id(["p1", "p2", "p9"])
        self.assertEqual(found, {"p1": self.bound, "p2": self.binding("p2")})
        self.assertNotIn("active_test", found["p1"].env.context)
        self.assertEqual(self.binder.bindings_by_external_id([]), {})

    def test_to_external(self):
        self.assertEqual(self.binder.to_external(self.bound), "p1")
        self.assertEqual(self.binder.to_external(self.bound.id), "p1")
        self.bound.external_id = False
        self.assertIs(self.binder.to_external(self.bound), False)

    def test_to_external_of_the_normal_record(self):
        self.assertEqual(self.binder.to_external(self.product, wrap=True), "p1")
        self.assertEqual(self.binder.to_external(self.product.id, wrap=True), "p1")
        other = self.env["test.connector.product"].create({"name": "Unbound"})
        self.assertIs(self.binder.to_external(other, wrap=True), None)
        self.product.active = False
        self.assertEqual(self.binder.to_external(self.product, wrap=True), "p1")

    def test_bind(self):
        for binding in (self.bound, self.bound.id):
            self.bound.write({"external_id": False, "sync_date": False})
            self.binder.bind("p5", binding)
            self.assertEqual(self.bound.external_id, "p5")
            self.assertTrue(self.bound.sync_date)

    def test_bind_is_no_change_to_export(self):
        contexts = []

        def write(records, vals):
            contexts.append(records.env.context.get("connector_no_export"))
            return super(type(self.env[PRODUCT]), records).write(vals)

        self.patch(type(self.env[PRODUCT]), "write", write)
        self.binder.bind("p5", self.bound)
        self.assertEqual(contexts, [True])

    def test_bind_needs_both(self):
        for external_id in (None, False, ""):
            with self.assertRaises(AssertionError):
                self.binder.bind(external_id, self.bound)
        for binding in (None, False, self.env[PRODUCT]):
            with self.assertRaises(AssertionError):
                self.binder.bind("p1", binding)

    def test_zero_is_an_external_id(self):
        model = "test.connector.number.binding"
        number = self.env[model].create({"backend_id": self.backend.id, "external_id": 5})
        with self.component("binder", model) as binder:
            binder.bind(0, number)
        self.assertEqual(number.external_id, 0)

    def test_unwrap(self):
        self.assertEqual(self.binder.unwrap_binding(self.bound), self.product)
        self.assertEqual(self.binder.unwrap_binding(self.bound.id), self.product)
        self.assertEqual(self.binder.unwrap_model(), "test.connector.product")
        with (
            self.component("binder", "test.connector.number.binding") as binder,
            self.assertRaises(ValueError),
        ):
            binder.unwrap_model()

    def test_fields_with_names_of_their_own(self):
        own = self.env[OWN].create({"shop_id": self.backend.id, "record_id": self.product.id})
        with self.component("binder", OWN) as binder:
            binder.bind("o1", own)
            self.assertTrue(own.shop_date)
            self.assertFalse(own.sync_date)
            self.assertEqual(binder.to_internal("o1"), own)
            self.assertEqual(binder.to_internal("o1", unwrap=True), self.product)
            self.assertEqual(binder.to_external(self.product, wrap=True), "o1")
            self.assertEqual(binder.unwrap_model(), "test.connector.product")

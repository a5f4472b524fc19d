# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which classes are noted, and for which addon."""

from odoo.tests import BaseCase, tagged

from odoo.addons.component.core import (
    AbstractComponent,
    Component,
    MetaComponent,
    _get_addon_name,
)


@tagged("post_install", "-at_install")
class TestMetaComponent(BaseCase):
    def setUp(self):
        super().setUp()
        noted = {k: list(v) for k, v in MetaComponent._modules_components.items()}

        def restore():
            MetaComponent._modules_components.clear()
            MetaComponent._modules_components.update(noted)

        self.addCleanup(restore)

    def define(self, module, bases=(Component,), **attrs):
        return MetaComponent("Stub", bases, {"__module__": module, "_name": "stub", **attrs})

    def test_addon_name(self):
        self.assertEqual(_get_addon_name("odoo.addons.sale.models.sale_order"), "sale")
        self.assertEqual(_get_addon_name("odoo.addons.sale"), "sale")
        self.assertEqual(_get_addon_name("sale.models"), "sale")
        self.assertEqual(_get_addon_name("sale"), "sale")
        self.assertEqual(_get_addon_name("odoo.addons"), "odoo")

    def test_class_is_noted_for_its_addon(self):
        stub = self.define("odoo.addons.stub_addon.components.stub")
        self.assertEqual(stub._module, "stub_addon")
        self.assertEqual(MetaComponent._modules_components["stub_addon"], [stub])

    def test_classes_are_noted_in_order(self):
        stubs = [self.define("odoo.addons.stub_addon.components.stub") for _ in range(3)]
        self.assertEqual(MetaComponent._modules_components["stub_addon"], stubs)

    def test_class_in_tests_is_not_noted(self):
        stub = self.define("odoo.addons.stub_addon.tests.test_stub")
        self.assertEqual(stub._module, "stub_addon")
        self.assertNotIn("stub_addon", MetaComponent._modules_components)

    def test_tests_must_be_a_whole_segment(self):
        stub = self.define("odoo.addons.stub_addon.components.contests")
        self.assertIn(stub, MetaComponent._modules_components["stub_addon"])

    def test_register_false_is_not_noted(self):
        stub = self.define("odoo.addons.stub_addon.components.stub", _register=False)
        self.assertNotIn("stub_addon", MetaComponent._modules_components)
        self.assertFalse(hasattr(stub, "_module"))

    def test_register_false_is_not_inherited(self):
        parent = self.define("odoo.addons.stub_addon.components.stub", _register=False)
        child = self.define("odoo.addons.stub_addon.components.stub", bases=(parent,))
        self.assertEqual(MetaComponent._modules_components["stub_addon"], [child])

    def test_python_subclass_keeps_the_addon_of_its_parent(self):
        parent = self.define("odoo.addons.stub_addon.components.stub")
        child = self.define("odoo.addons.other_addon.components.stub", bases=(parent,))
        self.assertEqual(child._module, "stub_addon")
        self.assertEqual(MetaComponent._modules_components["stub_addon"], [parent, child])
        self.assertNotIn("other_addon", MetaComponent._modules_components)

    def test_the_two_base_classes(self):
        for cls, abstract in ((AbstractComponent, True), (Component, False)):
            self.assertEqual(cls._abstract, abstract)
            self.assertFalse(cls._register)
            for attribute in ("_name", "_inherit", "_collection", "_apply_on", "_usage"):
                self.assertIsNone(getattr(cls, attribute))
        noted = [cls for classes in MetaComponent._modules_components.values() for cls in classes]
        self.assertNotIn(AbstractComponent, noted)
        self.assertNotIn(Component, noted)

    def test_apply_on_models(self):
        module = "odoo.addons.stub_addon.tests.test_stub"
        for declared, expected in (
            (None, None),
            ("res.partner", ["res.partner"]),
            (["res.partner", "res.users"], ["res.partner", "res.users"]),
            (("res.partner",), ["res.partner"]),
            ("_stub.with.underscore", ["_stub.with.underscore"]),
        ):
            with self.subTest(declared=declared):
                stub = self.define(module, _apply_on=declared)
                self.assertEqual(stub.apply_on_models, expected)

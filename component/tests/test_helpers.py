# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The test cases that other addons derive theirs from."""

import unittest

from odoo.tests import TransactionCase, tagged

from odoo.addons.component.core import (
    Component,
    ComponentRegistry,
    MetaComponent,
    _component_databases,
)
from odoo.addons.component.tests.common import (
    ComponentMixin,
    ComponentRegistryCase,
    SavepointComponentCase,
    SavepointComponentRegistryCase,
    TransactionComponentCase,
    TransactionComponentRegistryCase,
    new_rollbacked_env,
)


@tagged("post_install", "-at_install")
class TestRolledBackEnv(TransactionCase):
    def test_superuser_and_rollback(self):
        with new_rollbacked_env() as env:
            self.assertTrue(env.su)
            self.assertIsNot(env.cr, self.env.cr)
            partner = env["res.partner"].create({"name": "never committed"})
            env.flush_all()
            partner_id = partner.id
        self.assertTrue(env.cr.closed)
        with new_rollbacked_env() as env:
            self.assertFalse(env["res.partner"].browse(partner_id).exists())


@tagged("post_install", "-at_install")
class TestAliases(TransactionCase):
    def test_names_of_earlier_versions(self):
        self.assertIs(SavepointComponentCase, TransactionComponentCase)
        self.assertIs(SavepointComponentRegistryCase, TransactionComponentRegistryCase)


@tagged("post_install", "-at_install")
class TestComponentCase(TransactionComponentCase):
    def test_registry(self):
        registry = self._components_registry
        self.assertTrue(registry.ready)
        self.assertIn("base", registry)
        self.assertIs(self.env.context["components_registry"], registry)
        self.assertIs(_component_databases[self.env.cr.dbname], registry)

    def test_components_are_usable(self):
        with self.env["collection.base"].browse(1).work_on("res.partner") as work:
            self.assertEqual(work.component_by_name("base")._name, "base")


@tagged("post_install", "-at_install")
class TestComponentMixinCleanup(TransactionCase):
    def test_the_former_registry_comes_back(self):
        former = _component_databases[self.env.cr.dbname]

        class Case(unittest.TestCase, ComponentMixin):
            def test(self):
                """Nothing to do."""

        Case.setUpComponent()
        self.addCleanup(Case.doClassCleanups)
        registry = Case._components_registry
        self.assertIs(_component_databases[self.env.cr.dbname], registry)
        self.assertFalse(registry.ready)
        ComponentMixin.setUp(Case("test"))
        self.assertTrue(registry.ready)
        Case.setUpComponentRegistryReady()
        self.assertTrue(registry.ready)
        Case.doClassCleanups()
        self.assertFalse(registry.ready, "only ready during the tests")
        self.assertIs(_component_databases[self.env.cr.dbname], former)
        self.assertTrue(former.ready)


@tagged("post_install", "-at_install")
class TestMixinFirst(ComponentMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpComponent()

    def test_its_set_up_is_called(self):
        self.assertTrue(self._components_registry.ready)


class Stub(Component):
    _name = "stub"


@tagged("post_install", "-at_install")
class TestRegistryCasePerTest(TransactionComponentRegistryCase):
    def setUp(self):
        super().setUp()
        self.before = {k: list(v) for k, v in MetaComponent._modules_components.items()}
        self._setup_registry(self)

    def tearDown(self):
        self._teardown_registry(self)
        self.assertEqual(
            {k: v for k, v in MetaComponent._modules_components.items() if v},
            {k: v for k, v in self.before.items() if v},
        )
        self.assertNotIn("components_registry", self.env.context)
        super().tearDown()

    def test_registry(self):
        self.assertTrue(self.comp_registry.ready)
        self.assertIn("base", self.comp_registry)
        self.assertIsNot(self.comp_registry, _component_databases[self.env.cr.dbname])
        self.assertIs(self.env.context["components_registry"], self.comp_registry)
        self.assertEqual(self.collection, self.env["collection.base"])

    def test_build(self):
        self._build_components(Stub)
        self.assertIn("stub", self.comp_registry)

    def test_each_test_has_its_own(self):
        self.assertNotIn("stub", self.comp_registry)
        self.assertIn("_original_components", vars(self))

    def test_load(self):
        MetaComponent._modules_components["stub_addon"].append(Stub)
        self._load_module_components("stub_addon")
        self.assertIn("stub", self.comp_registry)


@tagged("post_install", "-at_install")
class TestRegistryCasePerClass(TransactionComponentRegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_registry(cls)
        cls._load_module_components(cls, "component")
        cls._load_module_components("component")
        cls._build_components(Stub)

    @classmethod
    def tearDownClass(cls):
        cls._teardown_registry(cls)
        super().tearDownClass()

    def test_all_tests_share_it(self):
        self.assertIn("stub", self.comp_registry)
        self.assertIs(self.env.context["components_registry"], type(self).comp_registry)

    def test_explicit_holder(self):
        class Bis(Component):
            _name = "bis"

        type(self)._build_components(self, Bis)
        self.assertIn("bis", self.comp_registry)


@tagged("post_install", "-at_install")
class TestTestedAddonIsLeftOut(TransactionCase):
    def test_a_case_without_environment(self):
        """Nothing but the registry is needed, and the addon under test isn't in it."""

        class Case(ComponentRegistryCase):
            __module__ = "odoo.addons.base.tests.test_stub"

        marker = MetaComponent("Marker", (Component,), {"_name": "m", "_register": False})
        noted = MetaComponent._modules_components
        noted["base"].append(marker)
        self.addCleanup(noted.pop, "base")
        case = Case()
        case._setup_registry(case)
        self.assertIsInstance(case.comp_registry, ComponentRegistry)
        self.assertNotIn("m", case.comp_registry)
        case._load_module_components("base")
        self.assertIn("m", case.comp_registry)
        case._teardown_registry(case)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Building the components of the database."""

from unittest import mock

from odoo.tests import TransactionCase, tagged

from odoo.addons.component.core import (
    DEFAULT_CACHE_SIZE,
    Component,
    ComponentRegistry,
    MetaComponent,
    _component_databases,
)
from odoo.addons.component.utils import get_component_registry, is_component_registry_ready


@tagged("post_install", "-at_install")
class TestComponentBuilder(TransactionCase):
    def setUp(self):
        super().setUp()
        self.builder = self.env["component.builder"]
        self.dbname = self.env.cr.dbname
        former = _component_databases[self.dbname]
        self.addCleanup(_component_databases.publish, self.env.registry, former)
        noted = {k: list(v) for k, v in MetaComponent._modules_components.items()}

        def restore():
            MetaComponent._modules_components.clear()
            MetaComponent._modules_components.update(noted)

        self.addCleanup(restore)

    def note(self, addon, component_name, **attrs):
        definition = MetaComponent(
            component_name,
            (Component,),
            {"_name": component_name, "_register": False, **attrs},
        )
        MetaComponent._modules_components[addon].append(definition)

    def test_the_database_has_its_components(self):
        registry = get_component_registry(self.dbname)
        self.assertTrue(registry.ready)
        self.assertIn("base", registry)
        self.assertTrue(is_component_registry_ready(self.dbname))

    def test_a_database_without_components(self):
        self.assertIsNone(get_component_registry("no such database"))
        self.assertIs(is_component_registry_ready("no such database"), False)

    def test_hook_replaces_the_registry(self):
        before = _component_databases[self.dbname]
        self.builder._register_hook()
        after = _component_databases[self.dbname]
        self.assertIsNot(after, before)
        self.assertTrue(after.ready)
        self.assertEqual(list(after), list(before))

    def test_hook_never_shows_an_incomplete_registry(self):
        before = _component_databases[self.dbname]
        seen = []
        original = type(self.builder).load_components

        def load_components(builder, module, components_registry=None):
            original(builder, module, components_registry=components_registry)
            seen.append((_component_databases[self.dbname], components_registry.ready))

        with mock.patch.object(type(self.builder), "load_components", load_components):
            self.builder._register_hook()
        self.assertGreater(len(seen), 1)
        self.assertEqual(set(seen), {(before, False)})

    def test_hook_that_fails_keeps_the_former_registry(self):
        before = _component_databases[self.dbname]
        self.note("component", "broken", _inherit="no.such.component")
        with self.assertRaisesRegex(TypeError, "no.such.component"):
            self.builder._register_hook()
        self.assertIs(_component_databases[self.dbname], before)
        self.assertTrue(before.ready)

    def test_init_global_registry(self):
        registry = self.builder._init_global_registry()
        self.assertIs(_component_databases[self.dbname], registry)
        self.assertFalse(registry.ready)
        self.assertFalse(is_component_registry_ready(self.dbname))
        self.assertEqual(list(registry), [])
        self.assertEqual(registry._cache.maxsize, DEFAULT_CACHE_SIZE)

    def test_size_of_the_cache(self):
        with mock.patch.object(type(self.builder), "_components_registry_cache_size", 7):
            self.assertEqual(self.builder._init_global_registry()._cache.maxsize, 7)
            self.builder._register_hook()
        self.assertEqual(_component_databases[self.dbname]._cache.maxsize, 7)

    def loaded(self, **kwargs):
        """Return the addons that ``build_registry`` loads, in order."""
        names = []
        with mock.patch.object(
            type(self.builder),
            "load_components",
            lambda builder, module, components_registry=None: names.append(module),
        ):
            self.builder.build_registry(ComponentRegistry(), **kwargs)
        return names

    def test_dependencies_come_first(self):
        loaded = self.loaded()
        self.assertEqual(len(loaded), len(set(loaded)))
        modules = self.env["ir.module.module"].search([("state", "=", "installed")])
        self.assertEqual(set(loaded), set(modules.mapped("name")))
        for module in modules:
            for dependency in module.dependencies_id:
                self.assertLess(loaded.index(dependency.name), loaded.index(module.name))

    def test_only_installed_addons(self):
        self.note("some_addon_not_installed", "of.another.database")
        registry = ComponentRegistry()
        self.builder.build_registry(registry)
        self.assertIn("base", registry)
        self.assertNotIn("of.another.database", registry)

    def test_states(self):
        registry = ComponentRegistry()
        self.builder.build_registry(registry, states=("to upgrade",))
        self.assertEqual(list(registry), [])
        self.builder.build_registry(registry, states=("installed",))
        self.assertIn("base", registry)

    def test_excluded_addons(self):
        self.assertIn("component", self.loaded())
        self.assertNotIn("component", self.loaded(exclude_addons=["component"]))

    def test_load_components(self):
        registry = ComponentRegistry()
        self.builder.load_components("component", components_registry=registry)
        self.assertIn("base", registry)
        current = self.builder._init_global_registry()
        self.builder.load_components("component")
        self.assertIn("base", current)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.map_modifiers import MappingDefinition
from odoo.addons.connector.components.mapper import changed_by, mapping, only_create

from .common import ConnectorComponentCase


class FirstMapper(Component):
    _name = "test.first.mapper"
    _inherit = "base.import.mapper"
    direct = [("a", "a")]

    @mapping
    @changed_by("name")
    def name(self, record):
        return {"name": "first"}

    @mapping
    @only_create
    def kind(self, record):
        return {"kind": "first"}


class SecondMapper(Component):
    _name = "test.second.mapper"
    _inherit = "base.import.mapper"

    @mapping
    @changed_by("title")
    def name(self, record):
        return {"name": "second"}

    @mapping
    def kind(self, record):
        return {"kind": "second"}


@tagged("post_install", "-at_install")
class TestMapMethods(ConnectorComponentCase):
    """Which mapping methods a component has, however it came by them."""

    def methods_of(self, name):
        return self.comp_registry[name]._map_methods

    def test_own_methods(self):
        mapper = self.build(FirstMapper)
        self.assertEqual(
            self.methods_of("test.first.mapper"),
            {
                "name": MappingDefinition({"name"}, False),
                "kind": MappingDefinition(set(), True),
            },
        )
        self.assertEqual(
            [(method.__name__, definition) for method, definition in mapper.map_methods],
            list(self.methods_of("test.first.mapper").items()),
        )

    def test_extension_in_place(self):
        class Extension(Component):
            _inherit = "test.first.mapper"

            @mapping
            @changed_by("ref")
            def name(self, record):
                return {**super().name(record), "extended": True}

            @mapping
            def more(self, record):
                return {"more": 1}

        self._build_components(FirstMapper, Extension)
        mapper = self.comp_registry["test.first.mapper"](self.work_on())
        self.assertEqual(
            mapper.map_record({}).values(),
            {"a": False, "name": "first", "extended": True, "more": 1},
        )
        self.assertEqual(self.methods_of("test.first.mapper")["name"].changed_by, {"name", "ref"})

    def test_new_component_from_another(self):
        class Child(Component):
            _name = "test.child.mapper"
            _inherit = "test.first.mapper"
            direct = [*FirstMapper.direct, ("b", "b")]

            @mapping
            @changed_by("ref")
            def name(self, record):
                return {"name": "child"}

        child = self.build(FirstMapper, Child)
        self.assertEqual(
            child.map_record({}).values(for_create=True),
            {"a": False, "b": False, "name": "child", "kind": "first"},
        )
        self.assertEqual(child.changed_by_fields(), {"a", "b", "name", "ref"})

    def test_parents_are_not_changed(self):
        """What one child adds must not show in its parents, nor in its siblings."""

        class Both(Component):
            _name = "test.both.mapper"
            _inherit = ["test.first.mapper", "test.second.mapper"]

        self._build_components(FirstMapper, SecondMapper, Both)
        self.assertEqual(self.methods_of("test.both.mapper")["name"].changed_by, {"name", "title"})
        self.assertEqual(self.methods_of("test.first.mapper")["name"].changed_by, {"name"})
        self.assertEqual(self.methods_of("test.second.mapper")["name"].changed_by, {"title"})

    def test_one_of_several_parents_makes_it_only_create(self):
        class Both(Component):
            _name = "test.both.mapper"
            _inherit = ["test.second.mapper", "test.first.mapper"]

        self._build_components(FirstMapper, SecondMapper, Both)
        self.assertTrue(self.methods_of("test.both.mapper")["kind"].only_create)

    def test_redefinition_decides_only_create(self):
        class Always(Component):
            _name = "test.always.mapper"
            _inherit = "test.first.mapper"

            @mapping
            def kind(self, record):
                return {"kind": "always"}

        class OnlyNew(Component):
            _name = "test.new.mapper"
            _inherit = "test.second.mapper"

            @only_create
            @mapping
            def kind(self, record):
                return {"kind": "new"}

        self._build_components(FirstMapper, SecondMapper, Always, OnlyNew)
        self.assertFalse(self.methods_of("test.always.mapper")["kind"].only_create)
        self.assertTrue(self.methods_of("test.new.mapper")["kind"].only_create)
        self.assertTrue(self.methods_of("test.first.mapper")["kind"].only_create)

    def test_override_without_decorator_stays_mapped(self):
        class Plain(Component):
            _name = "test.plain.mapper"
            _inherit = "test.first.mapper"

            def kind(self, record):
                return {"kind": "plain"}

        mapper = self.build(FirstMapper, Plain)
        self.assertTrue(self.methods_of("test.plain.mapper")["kind"].only_create)
        self.assertEqual(mapper.map_record({}).values(for_create=True)["kind"], "plain")

    def test_methods_of_plain_python_parents(self):
        class Shared(AbstractComponent):
            _register = False

            @mapping
            def shared(self, record):
                return {"shared": 1}

        class Own(Shared, Component):
            _name = "test.own.mapper"
            _inherit = "base.import.mapper"
            _abstract = False

            @mapping
            def own(self, record):
                return {"own": 1}

        mapper = self.build(Own)
        self.assertEqual(mapper.map_record({}).values(), {"shared": 1, "own": 1})

    def test_extension_of_a_parent_that_comes_later(self):
        class Child(Component):
            _name = "test.child.mapper"
            _inherit = "test.first.mapper"

        class Extension(Component):
            _inherit = "test.first.mapper"

            @mapping
            def late(self, record):
                return {"late": 1}

        self._build_components(FirstMapper, Child, Extension)
        child = self.comp_registry["test.child.mapper"](self.work_on())
        self.assertEqual(child.map_record({}).values()["late"], 1)

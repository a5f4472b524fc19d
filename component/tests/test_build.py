# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""How final classes are made: names, bases, and what is refused."""

from odoo.tests import tagged
from odoo.tools import OrderedSet

from odoo.addons.component.core import AbstractComponent, Component

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestBuildComponent(ComponentTestCase):
    @property
    def base(self):
        return self.comp_registry["base"]

    def test_base_itself(self):
        self.assertTrue(self.base._abstract)
        self.assertEqual(self.base._name, "base")
        self.assertNotIn(self.base, self.base.__bases__)

    def test_new_component(self):
        class One(Component):
            _name = "one"

        final = One._build_component(self.comp_registry)
        self.assertIs(final, self.comp_registry["one"])
        self.assertEqual(final.__bases__, (One, self.base))
        self.assertEqual(final.__name__, "one")
        self.assertEqual(final._name, "one")
        self.assertFalse(final._abstract)
        self.assertEqual(final._inherit_children, OrderedSet())
        self.assertIn("one", self.base._inherit_children)

    def test_definitions_are_left_alone(self):
        class One(Component):
            _name = "one"

        class OneBis(Component):
            _inherit = "one"

        before = [(cls.__bases__, dict(vars(cls))) for cls in (One, OneBis)]
        self._build_components(One, OneBis)
        self.assertEqual([(cls.__bases__, dict(vars(cls))) for cls in (One, OneBis)], before)

    def test_final_class_shows_where_it_comes_from(self):
        class One(Component):
            """Does one thing."""

            _name = "one"

        final = One._build_component(self.comp_registry)
        self.assertEqual(final.__doc__, "Does one thing.")
        self.assertEqual(final.__module__, __name__)

    def test_prototype_inheritance(self):
        class One(Component):
            _name = "one"

            def who(self):
                return ["one"]

        class Two(Component):
            _name = "two"
            _inherit = "one"

            def who(self):
                return ["two", *super().who()]

        self._build_components(One, Two)
        one, two = self.comp_registry["one"], self.comp_registry["two"]
        self.assertEqual(two.__bases__, (Two, one, self.base))
        self.assertEqual(one.__bases__, (One, self.base))
        self.assertEqual(one._inherit_children, OrderedSet(["two"]))
        self.assertEqual(two(self.work_on()).who(), ["two", "one"])
        self.assertEqual(one(self.work_on()).who(), ["one"])

    def test_several_parents(self):
        class One(AbstractComponent):
            _name = "one"

        class Two(AbstractComponent):
            _name = "two"

        class Three(Component):
            _name = "three"
            _inherit = ["two", "one"]

        self._build_components(One, Two, Three)
        registry = self.comp_registry
        self.assertEqual(
            registry["three"].__bases__, (Three, registry["two"], registry["one"], self.base)
        )

    def test_explicit_base_stays_last(self):
        class One(AbstractComponent):
            _name = "one"

        class Two(Component):
            _name = "two"
            _inherit = ["base", "one"]

        self._build_components(One, Two)
        self.assertEqual(
            self.comp_registry["two"].__bases__, (Two, self.comp_registry["one"], self.base)
        )

    def test_tuple_of_parents(self):
        class One(AbstractComponent):
            _name = "one"

        class Two(Component):
            _name = "two"
            _inherit = ("one",)

        self._build_components(One, Two)
        self.assertEqual(
            self.comp_registry["two"].__bases__, (Two, self.comp_registry["one"], self.base)
        )

    def test_python_mixin(self):
        class Mixin:
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.mixed_in = True

        class One(Component, Mixin):
            _name = "one"

        self._build_components(One)
        self.assertTrue(self.comp_registry["one"](self.work_on()).mixed_in)

    def test_concrete_child_of_abstract_parent(self):
        class One(AbstractComponent):
            _name = "one"

        class Two(Component):
            _name = "two"
            _inherit = "one"

        self._build_components(One, Two)
        self.assertTrue(self.comp_registry["one"]._abstract)
        self.assertFalse(self.comp_registry["two"]._abstract)

    def test_attributes_are_inherited(self):
        class One(AbstractComponent):
            _name = "one"
            _usage = "u"
            _collection = "collection.base"
            _apply_on = "res.partner"

        class Two(Component):
            _name = "two"
            _inherit = "one"
            _apply_on = ["res.users"]

        self._build_components(One, Two)
        two = self.comp_registry["two"]
        self.assertEqual(
            (two._usage, two._collection, two.apply_on_models),
            ("u", "collection.base", ["res.users"]),
        )

    def test_complete_hook_sees_the_bases_but_not_the_registry(self):
        seen = []
        registry = self.comp_registry

        class One(Component):
            _name = "one"

            @classmethod
            def _complete_component_build(cls):
                super()._complete_component_build()
                seen.append((cls, cls.__bases__, "one" in registry))

        final = One._build_component(registry)
        self.assertEqual(seen, [(final, (One, self.base), False)])

    def test_name_is_required(self):
        class Nameless(Component):
            pass

        class Ambiguous(Component):
            _inherit = ["base", "base"]

        for definition in (Nameless, Ambiguous):
            with self.assertRaisesRegex(TypeError, "must have a _name"):
                definition._build_component(self.comp_registry)

    def test_several_parents_need_a_name(self):
        class One(AbstractComponent):
            _name = "one"

        class Two(AbstractComponent):
            _name = "two"

        class Mix(Component):
            _inherit = ["one", "two"]

        self._build_components(One, Two)
        with self.assertRaisesRegex(TypeError, "must have a _name"):
            Mix._build_component(self.comp_registry)

    def test_name_in_use(self):
        class One(Component):
            _name = "one"

        class Other(Component):
            _name = "one"

        self._build_components(One)
        with self.assertRaisesRegex(TypeError, "Component 'one' .*Other.* already exists"):
            Other._build_component(self.comp_registry)

    def test_replacing_a_component_is_logged(self):
        class One(Component):
            _name = "one"

        class Other(Component):
            _name = "one"
            _inherit = "base"

        self._build_components(One)
        with self.assertLogs("odoo.addons.component.build", "WARNING"):
            Other._build_component(self.comp_registry)
        self.assertEqual(self.comp_registry["one"].__bases__, (Other, self.base))

    def test_own_parent_is_missing(self):
        class One(Component):
            _inherit = "one"

        with self.assertRaisesRegex(TypeError, "Component 'one' does not exist in registry."):
            One._build_component(self.comp_registry)

    def test_other_parent_is_missing(self):
        class One(Component):
            _name = "one"
            _inherit = "missing"

        with self.assertRaisesRegex(
            TypeError, "Component 'one' inherits from non-existing component 'missing'."
        ):
            One._build_component(self.comp_registry)
        self.assertNotIn("one", self.comp_registry)
        self.assertNotIn("one", self.base._inherit_children)

    def test_abstract_child_of_concrete_parent(self):
        class One(Component):
            _name = "one"

        class Two(AbstractComponent):
            _name = "two"
            _inherit = "one"

        self._build_components(One)
        with self.assertRaisesRegex(
            TypeError, "cannot inherit from the non-abstract Component 'one'"
        ):
            Two._build_component(self.comp_registry)

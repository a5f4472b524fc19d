# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""Extending a component in place."""

from odoo.tests import tagged

from odoo.addons.component.core import AbstractComponent, Component

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestExtendInPlace(ComponentTestCase):
    @property
    def base(self):
        return self.comp_registry["base"]

    def test_without_name(self):
        class One(Component):
            _name = "one"

            def who(self):
                return ["one"]

        class OneBis(Component):
            _inherit = "one"

            def who(self):
                return ["bis", *super().who()]

        self._build_components(One)
        final = self.comp_registry["one"]
        self.assertIs(OneBis._build_component(self.comp_registry), final)
        self.assertIs(self.comp_registry["one"], final)
        self.assertEqual(final.__bases__, (OneBis, One, self.base))
        self.assertEqual(final(self.work_on()).who(), ["bis", "one"])

    def test_with_its_name(self):
        class One(Component):
            _name = "one"

        class OneBis(Component):
            _name = "one"
            _inherit = "one"

        self._build_components(One, OneBis)
        self.assertEqual(self.comp_registry["one"].__bases__, (OneBis, One, self.base))

    def test_twice(self):
        class One(Component):
            _name = "one"

        class OneBis(Component):
            _inherit = "one"

        class OneTer(Component):
            _inherit = "one"

        self._build_components(One, OneBis, OneTer)
        self.assertEqual(self.comp_registry["one"].__bases__, (OneTer, OneBis, One, self.base))

    def test_with_a_mixin(self):
        class One(Component):
            _name = "one"

        class Mixin(AbstractComponent):
            _name = "mixin"

        class OneBis(Component):
            _name = "one"
            _inherit = ["one", "mixin"]

        self._build_components(One, Mixin, OneBis)
        self.assertEqual(
            self.comp_registry["one"].__bases__,
            (OneBis, One, self.comp_registry["mixin"], self.base),
        )
        self.assertIn("one", self.comp_registry["mixin"]._inherit_children)

    def test_children_follow(self):
        class One(Component):
            _name = "one"

        class Two(Component):
            _name = "two"
            _inherit = "one"

        class OneBis(Component):
            _inherit = "one"

            def added(self):
                return f"added to {self._name}"

        self._build_components(One, Two, OneBis)
        two = self.comp_registry["two"]
        self.assertEqual(two.__bases__, (Two, self.comp_registry["one"], self.base))
        self.assertEqual(two(self.work_on()).added(), "added to two")

    def test_base_reaches_all(self):
        class One(Component):
            _name = "one"

        class BaseBis(AbstractComponent):
            _inherit = "base"

            def added(self):
                return f"added to {self._name}"

        self._build_components(One, BaseBis)
        self.assertEqual(self.comp_registry["one"](self.work_on()).added(), "added to one")
        self.assertEqual(self.base.__bases__[0], BaseBis)

    def test_descendants_are_completed_anew(self):
        """What a hook computes from the bases includes later extensions of a parent."""

        class One(AbstractComponent):
            _name = "one"

            @classmethod
            def _complete_component_build(cls):
                super()._complete_component_build()
                cls.handlers = {name for name in dir(cls) if name.startswith("handle_")}

        class Two(AbstractComponent):
            _name = "two"
            _inherit = "one"

        class Three(Component):
            _name = "three"
            _inherit = ["two", "one"]

        class OneBis(AbstractComponent):
            _inherit = "one"

            def handle_more(self):
                """Handle more."""

        self._build_components(One, Two, Three)
        self.assertEqual(self.comp_registry["three"].handlers, set())
        self._build_components(OneBis)
        for name in ("one", "two", "three"):
            self.assertEqual(self.comp_registry[name].handlers, {"handle_more"}, name)

    def test_an_earlier_lookup_sees_the_extension(self):
        class One(Component):
            _name = "one"
            _usage = "u"

        class OneBis(Component):
            _inherit = "one"

            def added(self):
                return True

        self._build_components(One)
        work = self.work_on()
        work.component(usage="u")
        self._build_components(OneBis)
        self.assertTrue(work.component(usage="u").added())

    def test_concrete_extension_of_an_abstract_component(self):
        class One(AbstractComponent):
            _name = "one"

        class OneBis(Component):
            _inherit = "one"

        self._build_components(One)
        with self.assertRaisesRegex(
            TypeError, "transforms the abstract component 'one' into a non-abstract component"
        ):
            OneBis._build_component(self.comp_registry)
        self.assertEqual(self.comp_registry["one"].__bases__, (One, self.base))

    def test_abstract_extension_of_a_concrete_component(self):
        class One(Component):
            _name = "one"

        class OneBis(AbstractComponent):
            _inherit = "one"

        self._build_components(One)
        with self.assertRaisesRegex(
            TypeError, "cannot inherit from the non-abstract Component 'one'"
        ):
            OneBis._build_component(self.comp_registry)
        self.assertFalse(self.comp_registry["one"]._abstract)

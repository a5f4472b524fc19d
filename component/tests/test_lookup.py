# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding components from a work context."""

from odoo.tests import tagged

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component.exception import (
    ComponentException,
    NoComponentError,
    SeveralComponentError,
)

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestLookup(ComponentTestCase):
    def build(self, component_name, abstract=False, **attrs):
        base = AbstractComponent if abstract else Component
        definition = type(base)(
            component_name,
            (base,),
            {"_name": component_name, "_register": False, "__module__": __name__, **attrs},
        )
        return definition._build_component(self.comp_registry)

    def found(self, **kwargs):
        return self.work_on().component(**kwargs)._name

    # component_by_name

    def test_by_name(self):
        self.build("one")
        one = self.work_on().component_by_name("one")
        self.assertIsInstance(one, self.comp_registry["one"])

    def test_by_name_abstract(self):
        self.build("one", abstract=True)
        self.assertEqual(self.work_on().component_by_name("one")._name, "one")

    def test_by_name_for_another_model(self):
        self.build("one")
        work = self.work_on(page=3)
        for model in ("res.users", self.env["res.users"], self.env.user):
            one = work.component_by_name("one", model_name=model)
            self.assertEqual(one.model, self.env["res.users"])
            self.assertEqual(one.work.page, 3)
        same = work.component_by_name("one", model_name="res.partner")
        self.assertIs(same.work, work)

    def test_by_name_unknown(self):
        with self.assertRaisesRegex(NoComponentError, "No component with name 'foo' found."):
            self.work_on().component_by_name("foo")

    def test_by_name_of_another_collection(self):
        self.build("one", _collection="other.collection")
        with self.assertRaisesRegex(NoComponentError, "other.collection"):
            self.work_on().component_by_name("one")

    def test_by_name_of_this_collection(self):
        self.build("one", _collection="collection.base")
        self.assertTrue(self.work_on().component_by_name("one"))

    def test_by_name_not_for_the_current_model(self):
        self.build("one", _apply_on=["res.users"])
        with self.assertRaises(NoComponentError) as caught:
            self.work_on().component_by_name("one")
        message = str(caught.exception)
        self.assertIn("Component with name 'one' can't be used for model 'res.partner'.", message)
        self.assertIn("res.users", message)
        self.assertIn("Hint: pass the model to work on", message)

    def test_by_name_not_for_the_model_given(self):
        self.build("one", _apply_on=["res.partner"])
        with self.assertRaises(NoComponentError) as caught:
            self.work_on().component_by_name("one", model_name="res.users")
        message = str(caught.exception)
        self.assertIn("Component with name 'one' can't be used for model 'res.users'.", message)
        self.assertIn("Hint: is the argument 'model_name' right?", message)

    # component

    def test_by_usage(self):
        self.build("one", _usage="u")
        self.build("two", _usage="v")
        self.assertEqual(self.found(usage="u"), "one")
        self.assertEqual(self.found(usage="v"), "two")

    def test_for_another_model(self):
        self.build("one", _usage="u", _apply_on="res.users")
        work = self.work_on(page=3)
        for model in ("res.users", self.env["res.users"], self.env.user):
            component = work.component(usage="u", model_name=model)
            self.assertEqual(component.work.model_name, "res.users")
            self.assertEqual(component.work.page, 3)
        with self.assertRaises(NoComponentError):
            work.component(usage="u")

    def test_same_model_keeps_the_work_context(self):
        self.build("one", _usage="u")
        work = self.work_on()
        self.assertIs(work.component(usage="u", model_name="res.partner").work, work)
        self.assertIs(work.component(usage="u").work, work)

    def test_none(self):
        self.build("abstract", abstract=True, _usage="u")
        self.build("other", _usage="u", _collection="other")
        with self.assertRaises(NoComponentError):
            self.work_on().component(usage="u")

    def test_several(self):
        self.build("one", _usage="u")
        self.build("two", _usage="u")
        with self.assertRaises(SeveralComponentError):
            self.work_on().component(usage="u")

    def test_collection_beats_none(self):
        self.build("any", _usage="u")
        self.build("mine", _usage="u", _collection="collection.base")
        self.assertEqual(self.found(usage="u"), "mine")

    def test_model_beats_none(self):
        self.build("any", _usage="u", _collection="collection.base")
        self.build("mine", _usage="u", _collection="collection.base", _apply_on="res.partner")
        self.assertEqual(self.found(usage="u"), "mine")

    def test_model_beats_none_without_collection(self):
        """Neither component belongs to a collection: the one for the model wins."""
        self.build("any", _usage="u")
        self.build("mine", _usage="u", _apply_on="res.partner")
        self.assertEqual(self.found(usage="u"), "mine")

    def test_collection_beats_model(self):
        self.build("collection", _usage="u", _collection="collection.base")
        self.build("model", _usage="u", _apply_on="res.partner")
        self.assertEqual(self.found(usage="u"), "collection")

    def test_collection_and_model_beat_all(self):
        self.build("any", _usage="u")
        self.build("collection", _usage="u", _collection="collection.base")
        self.build("model", _usage="u", _apply_on="res.partner")
        self.build("both", _usage="u", _collection="collection.base", _apply_on="res.partner")
        self.assertEqual(self.found(usage="u"), "both")

    def test_several_of_the_same_collection_and_model(self):
        for name in ("one", "two"):
            self.build(name, _usage="u", _collection="collection.base", _apply_on="res.partner")
        self.build("any", _usage="u")
        with self.assertRaises(SeveralComponentError):
            self.work_on().component(usage="u")

    def test_several_of_the_same_collection_none_of_the_model(self):
        for name in ("one", "two"):
            self.build(name, _usage="u", _collection="collection.base")
        with self.assertRaises(SeveralComponentError):
            self.work_on().component(usage="u")

    def test_without_usage(self):
        self.build("one", _usage="u", _collection="collection.base", _apply_on="res.partner")
        self.assertEqual(self.found(), "one")

    # many_components

    def test_many(self):
        self.build("one", _usage="u")
        self.build("two", _usage="u", _collection="collection.base")
        self.build("three", _usage="u", _apply_on="res.partner")
        self.build("four", _usage="v")
        self.build("five", _usage="u", _apply_on="res.users")
        self.build("six", abstract=True, _usage="u")
        work = self.work_on()
        components = work.many_components(usage="u")
        self.assertEqual([c._name for c in components], ["one", "two", "three"])
        for component in components:
            self.assertIs(component.work, work)

    def test_many_for_another_model(self):
        self.build("one", _usage="u", _apply_on="res.users")
        self.build("two", _usage="u")
        for model in ("res.users", self.env["res.users"]):
            components = self.work_on().many_components(usage="u", model_name=model)
            self.assertEqual([c._name for c in components], ["one", "two"])
            self.assertEqual({c.work.model_name for c in components}, {"res.users"})

    def test_many_none(self):
        self.assertEqual(self.work_on().many_components(usage="u"), [])

    def test_many_gives_a_list_of_ones_own(self):
        self.build("one", _usage="u")
        work = self.work_on()
        work.many_components(usage="u").clear()
        self.assertEqual(len(work.many_components(usage="u")), 1)

    def test_errors_have_one_root(self):
        for error in (NoComponentError, SeveralComponentError):
            self.assertTrue(issubclass(error, ComponentException))

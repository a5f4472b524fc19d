# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The work context of events."""

from odoo.tests import tagged

from odoo.addons.component.core import Component, ComponentRegistry, WorkContext
from odoo.addons.component_event.core import EventWorkContext

from .common_cases import EventTestCase


@tagged("post_install", "-at_install")
class TestEventWorkContext(EventTestCase):
    def test_exactly_one_of_collection_and_env(self):
        for kwargs in ({}, {"env": self.env, "collection": self.backend}):
            with self.assertRaises(ValueError):
                EventWorkContext(model_name="res.partner", **kwargs)

    def test_with_env(self):
        work = EventWorkContext(model_name="res.partner", env=self.env)
        self.assertIs(work.env, self.env)
        self.assertEqual(work.model, self.env["res.partner"])
        self.assertIs(work.components_registry, self.comp_registry)
        with self.assertRaisesRegex(ValueError, "no collection"):
            work.collection  # noqa: B018

    def test_with_collection(self):
        work = EventWorkContext(model_name="res.partner", collection=self.backend, page=3)
        self.assertIs(work.env, self.env)
        self.assertEqual(work.collection, self.backend)
        self.assertEqual(work.page, 3)

    def test_with_an_empty_collection(self):
        work = EventWorkContext(model_name="res.partner", collection=self.backend.browse())
        self.assertEqual(work.collection, self.env["collection.base"])

    def test_registry(self):
        given = ComponentRegistry()
        plain = self.env(context={})
        work = EventWorkContext(model_name="res.partner", env=plain, components_registry=given)
        self.assertIs(work.components_registry, given)
        work = EventWorkContext(model_name="res.partner", env=self.env, components_registry=given)
        self.assertIs(work.components_registry, self.comp_registry)

    def test_representation(self):
        work = EventWorkContext(model_name="res.partner", collection=self.backend)
        self.assertEqual(str(work), "EventWorkContext(res.partner, collection.base(1,))")
        self.assertEqual(repr(work), str(work))
        work = EventWorkContext(model_name="res.partner", env=self.env)
        self.assertRegex(repr(work), r"^EventWorkContext\(res.partner, .*Environment")

    def test_work_on(self):
        work = EventWorkContext(model_name="res.partner", collection=self.backend, page=3)
        derived = work.work_on("res.users")
        self.assertIs(type(derived), WorkContext)
        self.assertEqual(derived.model_name, "res.users")
        self.assertEqual(derived.collection, self.backend)
        self.assertIs(derived.components_registry, self.comp_registry)
        self.assertEqual(derived.page, 3)
        self.assertEqual(work.work_on().model_name, "res.partner")

    def test_work_on_without_collection(self):
        work = EventWorkContext(model_name="res.partner", env=self.env, page=3)
        with self.assertRaises(ValueError):
            work.work_on("res.users")
        derived = work.work_on(collection=self.backend)
        self.assertIs(type(derived), WorkContext)
        self.assertEqual(derived.collection, self.backend)
        self.assertEqual(derived.model_name, "res.partner")
        self.assertEqual(derived.page, 3)

    def test_work_on_another_collection(self):
        work = EventWorkContext(model_name="res.partner", collection=self.backend)
        other = self.env["collection.base"].browse(2)
        self.assertEqual(work.work_on(collection=other).collection, other)

    def test_work_on_a_collection_of_another_environment(self):
        other = self.backend.with_context(lang="fr_FR")
        for kwargs in ({"env": self.env}, {"collection": self.backend}):
            work = EventWorkContext(model_name="res.partner", **kwargs)
            with self.assertRaisesRegex(ValueError, "environment"):
                work.work_on(collection=other)

    def test_finding_components(self):
        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, version="1", **kw):
                return version == "1"

        class Two(Component):
            _name = "two"
            _usage = "u"
            _apply_on = ["res.partner"]

        self._build_components(One, Two)
        work = EventWorkContext(model_name="res.partner", collection=self.backend)
        self.assertEqual(work.component_by_name("one")._name, "one")
        self.assertEqual(
            work.component_by_name("one", model_name="res.users").model._name, "res.users"
        )
        self.assertEqual(work.component(usage="u")._name, "two")
        self.assertEqual(work.component(usage="u", model_name="res.users")._name, "one")
        found = work.many_components(usage="u")
        self.assertIsInstance(found, list)
        self.assertEqual([component._name for component in found], ["one", "two"])
        found = work.many_components(usage="u", version="2")
        self.assertEqual([component._name for component in found], ["two"])
        self.assertEqual(work.component(usage="u", version="2")._name, "two")
        self.assertEqual(work.many_components(usage="nothing"), [])
        self.assertIs(type(found[0].work), WorkContext)

    def test_finding_components_needs_a_collection(self):
        work = EventWorkContext(model_name="res.partner", env=self.env)
        for find in (
            lambda: work.component_by_name("base"),
            lambda: work.component(usage="u"),
            lambda: work.many_components(usage="u"),
        ):
            with self.assertRaisesRegex(TypeError, "without a collection"):
                find()

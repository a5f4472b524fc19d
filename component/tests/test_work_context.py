# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""Attributes of a work context, where its components come from, and its derivation."""

from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import (
    Component,
    ComponentRegistry,
    WorkContext,
    _component_databases,
)
from odoo.addons.component.exception import RegistryNotReadyError

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestWorkContext(ComponentTestCase):
    def setUp(self):
        super().setUp()
        # without a registry in the context
        self.plain = self.env["collection.base"].with_context(components_registry=None)

    def test_attributes(self):
        backend = self.env["collection.base"]
        work = WorkContext(model_name="res.partner", collection=backend, client="c", page=3)
        self.assertEqual(work.model_name, "res.partner")
        self.assertEqual(work.collection, backend)
        self.assertEqual(work.model, self.env["res.partner"])
        self.assertIs(work.env, self.env)
        self.assertIs(work.components_registry, self.comp_registry)
        self.assertEqual((work.client, work.page), ("c", 3))
        self.assertEqual(
            work._propagate_kwargs,
            ["collection", "model_name", "components_registry", "client", "page"],
        )

    def test_representation(self):
        work = self.work_on()
        self.assertEqual(str(work), "WorkContext(res.partner, collection.base())")
        self.assertEqual(repr(work), str(work))

    def test_unknown_model(self):
        with self.assertRaises(KeyError):
            self.work_on("no.such.model")

    def test_registry_of_the_database(self):
        work = WorkContext(model_name="res.partner", collection=self.plain)
        self.assertIs(work.components_registry, _component_databases[self.env.cr.dbname])

    def test_registry_given(self):
        given = ComponentRegistry()
        work = WorkContext(
            model_name="res.partner", collection=self.plain, components_registry=given
        )
        self.assertIs(work.components_registry, given)

    def test_registry_of_the_context_wins(self):
        work = WorkContext(
            model_name="res.partner",
            collection=self.env["collection.base"].new(),
            components_registry=ComponentRegistry(),
        )
        self.assertIs(work.components_registry, self.comp_registry)

    def test_registry_of_the_context_of_an_empty_collection(self):
        self.assertFalse(self.env["collection.base"])
        self.assertIs(self.work_on().components_registry, self.comp_registry)
        given = ComponentRegistry()
        self.assertIs(self.work_on(components_registry=given).components_registry, given)

    def test_no_registry_for_the_database(self):
        with (
            mock.patch.dict(_component_databases, clear=True),
            self.assertLogs("odoo.addons.component.work_context", "ERROR") as logs,
            self.assertRaisesRegex(RegistryNotReadyError, self.env.cr.dbname),
        ):
            WorkContext(model_name="res.partner", collection=self.plain)
        self.assertIn(self.env.cr.dbname, logs.output[0])

    def test_mocked_collection(self):
        """Connectors test their components on a mocked backend."""

        class One(Component):
            _name = "one"

        self._build_components(One)
        backend = mock.MagicMock(name="backend")
        work = WorkContext(
            model_name="res.partner",
            collection=backend,
            components_registry=self.comp_registry,
            magento_api=mock.sentinel.api,
        )
        component = work.component_by_name("one")
        self.assertIs(component.work.magento_api, mock.sentinel.api)
        self.assertIs(component.collection, backend)

    def test_work_on_another_model(self):
        work = self.work_on(client="c")
        other = work.work_on("res.users")
        self.assertIsNot(other, work)
        self.assertEqual(other.model, self.env["res.users"])
        self.assertEqual(other.collection, work.collection)
        self.assertIs(other.components_registry, self.comp_registry)
        self.assertEqual(other.client, "c")
        self.assertEqual(other._propagate_kwargs, work._propagate_kwargs)

    def test_work_on_another_collection(self):
        backend = self.env["collection.base"].browse(42)
        other = self.work_on(client="c").work_on(collection=backend)
        self.assertEqual(other.collection, backend)
        self.assertEqual(other.model_name, "res.partner")
        self.assertEqual(other.client, "c")

    def test_work_on_propagates_what_is_added_to_the_list(self):
        work = self.work_on()
        work.lang = "fr_FR"
        self.assertFalse(hasattr(work.work_on("res.users"), "lang"))
        work._propagate_kwargs.append("lang")
        self.assertEqual(work.work_on("res.users").lang, "fr_FR")

    def test_work_on_propagates_the_current_value(self):
        work = self.work_on(page=1)
        work.page = 2
        self.assertEqual(work.work_on("res.users").page, 2)

    def test_work_on_keeps_the_class(self):
        class MyWorkContext(WorkContext):
            pass

        work = MyWorkContext(model_name="res.partner", collection=self.env["collection.base"])
        self.assertIs(type(work.work_on("res.users")), MyWorkContext)

    def test_component_delegates_to_its_work_context(self):
        class One(Component):
            _name = "one"
            _usage = "u"

        self._build_components(One)
        work = self.work_on()
        one = work.component_by_name("one")
        self.assertIs(one.work, work)
        self.assertIs(one.env, self.env)
        self.assertEqual(one.model, self.env["res.partner"])
        self.assertEqual(one.collection, work.collection)
        self.assertEqual(str(one), "Component(one)")
        self.assertEqual(repr(one), "Component(one)")
        self.assertEqual(one.component(usage="u")._name, "one")
        self.assertEqual([c._name for c in one.many_components(usage="u")], ["one"])
        other = one.component_by_name("one", model_name="res.users")
        self.assertEqual(other.model, self.env["res.users"])
        for found in (
            one.component("u", model_name="res.users"),
            one.many_components("u", model_name="res.users")[0],
        ):
            self.assertEqual(found.work.model_name, "res.users")

    def test_component_takes_its_work_context_by_position(self):
        class One(Component):
            _name = "one"

            def __init__(self, work_context):
                super().__init__(work_context)
                self.initialised = True

        self._build_components(One)
        self.assertTrue(self.work_on().component_by_name("one").initialised)

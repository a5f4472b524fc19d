# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""The components of several databases, and of several Odoo registries of one."""

import gc
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from odoo.addons.component.core import (
    Component,
    ComponentDatabases,
    ComponentRegistry,
)


class OdooRegistry:
    """As much of Odoo's registry as matters here."""

    def __init__(self, db_name):
        self.db_name = db_name

    @property
    def env(self):
        return SimpleNamespace(cr=SimpleNamespace(dbname=self.db_name), registry=self)


@tagged("post_install", "-at_install")
class TestComponentDatabases(BaseCase):
    def setUp(self):
        super().setUp()
        self.databases = ComponentDatabases()

    def publish(self, odoo_registry):
        components = ComponentRegistry()
        self.databases.publish(odoo_registry, components)
        return components

    def test_by_name(self):
        one, two = OdooRegistry("one"), OdooRegistry("two")
        of_one, of_two = self.publish(one), self.publish(two)
        self.assertIs(self.databases["one"], of_one)
        self.assertIs(self.databases["two"], of_two)
        self.assertIs(self.databases.for_env(one.env), of_one)
        self.assertIs(self.databases.for_env(two.env), of_two)

    def test_unknown_database(self):
        self.assertIsNone(self.databases.for_env(OdooRegistry("one").env))

    def test_requests_in_flight_keep_their_components(self):
        old = OdooRegistry("db")
        of_old = self.publish(old)
        new = OdooRegistry("db")
        of_new = self.publish(new)
        self.assertIs(self.databases.for_env(old.env), of_old)
        self.assertIs(self.databases.for_env(new.env), of_new)
        self.assertIs(self.databases["db"], of_new)

    def test_an_odoo_registry_being_loaded_has_no_components(self):
        old = OdooRegistry("db")
        self.publish(old)
        loading = OdooRegistry("db")
        self.assertIsNone(self.databases.for_env(loading.env))
        self.assertIsNotNone(self.databases.for_env(old.env))

    def test_a_registry_put_there_by_hand_is_used(self):
        components = self.databases["db"] = ComponentRegistry()
        self.assertIs(self.databases.for_env(OdooRegistry("db").env), components)

    def test_rebuilding_replaces(self):
        odoo_registry = OdooRegistry("db")
        self.publish(odoo_registry)
        second = self.publish(odoo_registry)
        self.assertIs(self.databases.for_env(odoo_registry.env), second)

    def test_a_dropped_database_is_forgotten(self):
        odoo_registry = OdooRegistry("db")
        self.publish(odoo_registry)
        self.publish(OdooRegistry("gone"))
        gc.collect()
        self.assertEqual(list(self.databases), ["db"])

    def test_the_old_registry_going_does_not_take_the_new_one_along(self):
        old, new = OdooRegistry("db"), OdooRegistry("db")
        self.publish(old)
        of_new = self.publish(new)
        del old
        gc.collect()
        self.assertIs(self.databases["db"], of_new)

    def test_one_definition_in_two_databases(self):
        class One(Component):
            _name = "one"

            def who(self):
                return ["one"]

        class OneBis(Component):
            _inherit = "one"

            def who(self):
                return ["bis", *super().who()]

        first, second = ComponentRegistry(), ComponentRegistry()
        for registry in (first, second):
            registry.load_components("component")
            One._build_component(registry)
        OneBis._build_component(second)
        work = SimpleNamespace()
        self.assertEqual(first["one"](work).who(), ["one"])
        self.assertEqual(second["one"](work).who(), ["bis", "one"])
        self.assertIsNot(first["base"], second["base"])
        self.assertEqual(first["one"].__bases__, (One, first["base"]))
        self.assertEqual(second["one"].__bases__, (OneBis, One, second["base"]))

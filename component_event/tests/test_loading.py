# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events while modules are loaded, and in databases without this addon."""

from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import Component, ComponentRegistry, _component_databases

from .common_cases import EventTestCase


@tagged("post_install", "-at_install")
class TestEventsWhileLoading(EventTestCase):
    def setUp(self):
        super().setUp()
        told = self.told

        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"

            def on_record_create(self, record, fields=None):
                told.append(record)

        self._build_components(Listener)
        self.plain = self.env["res.partner.industry"].with_context(components_registry=None)

    def create_in(self, databases):
        """Create a record where these are the component registries."""
        with mock.patch.dict(_component_databases, databases, clear=True):
            self.assertFalse(self.plain._event("on_thing").events)
            self.plain.create({"name": "one"}).unlink()
        return self.told

    def test_no_registry(self):
        self.assertEqual(self.create_in({}), [])

    def test_registry_not_ready(self):
        self.comp_registry.ready = False
        self.assertEqual(self.create_in({self.env.cr.dbname: self.comp_registry}), [])

    def test_registry_without_collecter(self):
        registry = ComponentRegistry()
        registry.load_components("component")
        registry.ready = True
        self.assertEqual(self.create_in({self.env.cr.dbname: registry}), [])

    def test_registry_of_another_odoo_registry(self):
        """What is loaded anew must not wake the components of what was there before."""

        class Loaded:
            """Stands for the registry before."""

        former = Loaded()
        self.comp_registry.owner = lambda: former
        with mock.patch.object(self.env.registry, "_components_registry", None):
            self.assertEqual(self.create_in({self.env.cr.dbname: self.comp_registry}), [])

    def test_registry_of_the_database(self):
        with mock.patch.dict(_component_databases, {self.env.cr.dbname: self.comp_registry}):
            record = self.plain.create({"name": "one"})
        self.assertEqual(self.told, [record])

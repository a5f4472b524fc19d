# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which models have listeners."""

from odoo.tests import tagged

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component_event.listeners import ListenerTable, event_registry, has_listener

from .common_cases import EventTestCase


@tagged("post_install", "-at_install")
class TestListenerTable(EventTestCase):
    def test_no_listener(self):
        table = ListenerTable(self.comp_registry)
        self.assertFalse(table.has("on_one", "res.partner"))

    def test_listeners_of_any_and_of_some_models(self):
        class Any(Component):
            _name = "any"
            _inherit = "base.event.listener"

            def on_any(self):
                """Handle."""

        class Some(Component):
            _name = "some"
            _inherit = "base.event.listener"
            _apply_on = ["res.partner", "res.users"]
            _collection = "other.collection"

            def on_some(self):
                """Handle."""

        class Abstract(AbstractComponent):
            _name = "abstract"
            _inherit = "base.event.listener"

            def on_abstract(self):
                """Handle."""

        class Unrelated(Component):
            _name = "unrelated"
            _usage = "u"

            def on_unrelated(self):
                """Not a handler."""

        self._build_components(Any, Some, Abstract, Unrelated)
        table = ListenerTable(self.comp_registry)
        expected = {
            ("on_any", "res.partner"): True,
            ("on_any", "res.country"): True,
            ("on_some", "res.partner"): True,
            ("on_some", "res.users"): True,
            ("on_some", "res.country"): False,
            ("on_abstract", "res.partner"): False,
            ("on_unrelated", "res.partner"): False,
        }
        self.assertEqual({key: table.has(*key) for key in expected}, expected)

    def test_it_agrees_with_collecting(self):
        class One(Component):
            _name = "one"
            _inherit = "base.event.listener"
            _apply_on = ["res.partner"]
            _collection = "other.collection"

            def on_record_create(self, record, fields=None):
                """Handle."""

        self._build_components(One)
        table = ListenerTable(self.comp_registry)
        for event in ("on_record_create", "on_record_write"):
            for model in ("res.partner", "res.country"):
                self.assertEqual(
                    table.has(event, model), bool(self.listeners(event, model_name=model))
                )

    def test_it_follows_components_built_later(self):
        self.assertFalse(has_listener(self.env, "on_one", "res.partner"))

        class One(Component):
            _name = "one"
            _inherit = "base.event.listener"

            def on_one(self):
                """Handle."""

        class OneBis(Component):
            _inherit = "one"

            def on_two(self):
                """Handle."""

        self._build_components(One)
        self.assertTrue(has_listener(self.env, "on_one", "res.partner"))
        self.assertFalse(has_listener(self.env, "on_two", "res.partner"))
        self._build_components(OneBis)
        self.assertTrue(has_listener(self.env, "on_two", "res.partner"))

    def test_it_is_computed_once(self):
        has_listener(self.env, "on_one", "res.partner")
        table = self.comp_registry._listener_table
        has_listener(self.env, "on_two", "res.users")
        self.assertIs(self.comp_registry._listener_table, table)

    def test_registry_of_events(self):
        self.assertIs(event_registry(self.env), self.comp_registry)
        self.comp_registry.ready = False
        self.assertIsNone(event_registry(self.env))
        self.assertFalse(has_listener(self.env, "on_one", "res.partner"))

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""What a listener listens to."""

from odoo.tests import tagged

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component_event import post_commit

from .common_cases import EventTestCase


@tagged("post_install", "-at_install")
class TestEventListener(EventTestCase):
    def test_the_base(self):
        base = self.comp_registry["base.event.listener"]
        self.assertTrue(base._abstract)
        self.assertEqual(base._usage, "event.listener")
        self.assertEqual(base._events, set())

    def test_events(self):
        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"

            def on_one(self):
                """Handle."""

            def on_two(self):
                """Handle."""

            def once(self):
                """Not a handler."""

        self._build_components(Listener)
        listener = self.comp_registry["listener"]
        self.assertEqual(listener._events, {"on_one", "on_two"})
        self.assertTrue(listener.has_event("on_one"))
        self.assertFalse(listener.has_event("on_three"))
        self.assertFalse(listener.has_event("once"))

    def test_abstract_listeners_have_none(self):
        class Listener(AbstractComponent):
            _name = "listener"
            _inherit = "base.event.listener"

            def on_one(self):
                """Handle."""

        class Child(Component):
            _name = "child"
            _inherit = "listener"

        self._build_components(Listener, Child)
        self.assertEqual(self.comp_registry["listener"]._events, set())
        self.assertFalse(self.comp_registry["listener"].has_event("on_one"))
        self.assertEqual(self.comp_registry["child"]._events, {"on_one"})

    def test_extension_in_place_adds_events_to_children_too(self):
        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"

        class Child(Component):
            _name = "child"
            _inherit = "listener"

        class ListenerBis(Component):
            _inherit = "listener"

            def on_one(self):
                """Handle."""

        self._build_components(Listener, Child, ListenerBis)
        self.assertEqual(self.comp_registry["listener"]._events, {"on_one"})
        self.assertEqual(self.comp_registry["child"]._events, {"on_one"})

    def test_post_commit_is_kept_by_overrides(self):
        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"

            @post_commit
            def on_one(self):
                """Handle."""

            def on_two(self):
                """Handle."""

        class ListenerBis(Component):
            _inherit = "listener"

            def on_one(self):
                return super().on_one()

        class Child(Component):
            _name = "child"
            _inherit = "listener"

            @post_commit
            def on_two(self):
                return super().on_two()

        self._build_components(Listener, ListenerBis, Child)
        self.assertEqual(self.comp_registry["listener"]._post_commit_events, {"on_one"})
        self.assertEqual(self.comp_registry["child"]._post_commit_events, {"on_one", "on_two"})

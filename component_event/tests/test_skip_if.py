# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Handlers with a condition."""

from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.component_event.components import event as event_module

from .common_cases import EventTestCase


@tagged("post_install", "-at_install")
class TestSkipIf(EventTestCase):
    def build(self, condition):
        told = self.told

        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"

            @skip_if(condition)
            def on_thing(self, record, fields=None):
                """Tell."""
                told.append((record, fields))
                return "told"

        self._build_components(Listener)
        return self.comp_registry["listener"](self.work_on())

    def test_condition_holds(self):
        listener = self.build(lambda self, record, fields=None: record == "skip")
        self.assertIsNone(listener.on_thing("skip"))
        self.assertEqual(self.told, [])

    def test_condition_does_not_hold(self):
        listener = self.build(lambda self, record, fields=None: record == "skip")
        self.assertEqual(listener.on_thing("keep", fields=["name"]), "told")
        self.assertEqual(self.told, [("keep", ["name"])])

    def test_condition_gets_the_very_arguments(self):
        asked = []

        def condition(*args, **kwargs):
            asked.append((args, kwargs))

        listener = self.build(condition)
        listener.on_thing("record", fields=["name"])
        listener.on_thing("record", ["name"])
        self.assertEqual(
            asked,
            [
                ((listener, "record"), {"fields": ["name"]}),
                ((listener, "record", ["name"]), {}),
            ],
        )

    def test_handler_keeps_its_name_and_documentation(self):
        listener = self.build(lambda *args, **kwargs: False)
        self.assertEqual(listener.on_thing.__name__, "on_thing")
        self.assertEqual(listener.on_thing.__doc__, "Tell.")

    def test_import_paths(self):
        self.assertIs(event_module.skip_if, skip_if)

    def test_in_an_event(self):
        self.build(lambda self, record, fields=None: fields == ["name"])
        handlers = self.collect("on_thing")
        handlers.notify("record", fields=["name"])
        handlers.notify("record", fields=["email"])
        self.assertEqual(self.told, [("record", ["email"])])

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding the handlers of an event, and calling them."""

from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import AbstractComponent, Component, ComponentRegistry
from odoo.addons.component_event.components.event import (
    DEFAULT_EVENT_CACHE_SIZE,
    CollectedEvents,
)

from .common_cases import EventTestCase


@tagged("post_install", "-at_install")
class TestCollecting(EventTestCase):
    def listen(self, component_name, event="on_thing", handler=None, **attrs):
        told = self.told

        def tell(self, *args, **kwargs):
            told.append((component_name, args, kwargs))

        base = AbstractComponent if attrs.pop("abstract", False) else Component
        definition = type(base)(
            component_name,
            (base,),
            {
                "_name": component_name,
                "_inherit": "base.event.listener",
                "_register": False,
                event: handler or tell,
                **attrs,
            },
        )
        self._build_components(definition)

    def test_collected_events(self):
        handlers = {mock.Mock(), mock.Mock()}
        collected = CollectedEvents(handlers)
        self.assertEqual(collected.events, handlers)
        self.assertIsNone(collected.notify(1, two=2))
        for handler in handlers:
            handler.assert_called_once_with(1, two=2)

    def test_collected_events_have_no_duplicate(self):
        handler = mock.Mock()
        CollectedEvents([handler, handler]).notify()
        handler.assert_called_once_with()

    def test_events_are_the_bound_methods(self):
        self.listen("one")
        events = self.collect("on_thing").events
        self.assertEqual(len(events), 1)
        (event,) = events
        self.assertEqual(events, {event.__self__.on_thing})
        self.assertIsInstance(event.__self__, self.comp_registry["one"])

    def test_load_order(self):
        for name in ("z", "a", "m", "b"):
            self.listen(name)
        self.assertEqual(self.listeners("on_thing"), ["z", "a", "m", "b"])
        self.collect("on_thing").notify()
        self.assertEqual([name for name, _args, _kwargs in self.told], ["z", "a", "m", "b"])

    def test_exceptions_go_up_and_stop(self):
        def fail(self):
            raise ZeroDivisionError("on purpose")

        self.listen("one")
        self.listen("two", handler=fail)
        self.listen("three")
        with self.assertRaisesRegex(ZeroDivisionError, "on purpose"):
            self.collect("on_thing").notify()
        self.assertEqual([name for name, _args, _kwargs in self.told], ["one"])

    def test_name_of_events(self):
        for name in ("thing", "record_create", "On_thing", ""):
            with self.assertRaisesRegex(ValueError, "starts with 'on_'"):
                self.collect(name)
            with self.assertRaisesRegex(ValueError, "starts with 'on_'"):
                self.env["res.partner"]._event(name)

    def test_other_events_and_abstract_listeners(self):
        self.listen("other", event="on_other_thing")
        self.listen("abstract", abstract=True)
        self.assertEqual(self.listeners("on_thing"), [])

    def test_by_model(self):
        self.listen("any")
        self.listen("partner", _apply_on="res.partner")
        self.listen("both", _apply_on=["res.users", "res.partner"])
        self.listen("user", _apply_on=["res.users"])
        self.assertEqual(self.listeners("on_thing"), ["any", "partner", "both"])
        self.assertEqual(
            self.listeners("on_thing", model_name="res.users"), ["any", "both", "user"]
        )

    def test_by_collection(self):
        self.listen("any")
        self.listen("mine", _collection="collection.base")
        self.listen("other", _collection="other.collection")
        self.assertEqual(self.listeners("on_thing", collection=self.backend), ["any", "mine"])

    def test_without_collection_all_listen(self):
        self.listen("any")
        self.listen("mine", _collection="collection.base")
        self.listen("other", _collection="other.collection")
        self.assertEqual(self.listeners("on_thing"), ["any", "mine", "other"])

    def test_cache(self):
        collecter = self.comp_registry["base.event.collecter"]
        self.assertEqual(collecter._cache.maxsize, DEFAULT_EVENT_CACHE_SIZE)
        self.assertEqual(DEFAULT_EVENT_CACHE_SIZE, 512)
        self.listen("one")
        self.assertEqual(self.listeners("on_thing"), ["one"])
        self.listen("two")
        self.assertEqual(self.listeners("on_thing"), ["one"])
        self.assertEqual(list(collecter._cache), [(None, "res.partner", "on_thing")])
        # the cache belongs to the class: another instance has it as well
        collecter(self.work_on())._cache.clear()
        self.comp_registry._cache.clear()
        self.assertEqual(self.listeners("on_thing"), ["one", "two"])

    def test_keys_of_the_cache(self):
        self.listen("one", _collection="collection.base")
        self.listeners("on_thing")
        self.listeners("on_thing", collection=self.backend)
        self.listeners("on_thing", model_name="res.users")
        self.listeners("on_other_thing")
        self.assertEqual(
            list(self.comp_registry["base.event.collecter"]._cache),
            [
                (None, "res.partner", "on_thing"),
                ("collection.base", "res.partner", "on_thing"),
                (None, "res.users", "on_thing"),
                (None, "res.partner", "on_other_thing"),
            ],
        )

    def test_databases_do_not_share_the_cache(self):
        other = ComponentRegistry()
        for addon in ("component", "component_event"):
            other.load_components(addon)
        self.assertIsNot(
            other["base.event.collecter"]._cache,
            self.comp_registry["base.event.collecter"]._cache,
        )

    def test_cached_handlers_belong_to_the_current_work(self):
        self.listen("one")
        first, second = self.work_on(), self.work_on()
        for work in (first, second):
            collected = self.comp_registry["base.event.collecter"](work).collect_events("on_thing")
            for event in collected.events:
                self.assertIs(event.__self__.work, work)

    def test_event_of_a_model(self):
        self.listen("one")
        partner = self.env.user.partner_id
        partner._event("on_thing").notify(partner, why="test")
        self.assertEqual(self.told, [("one", (partner,), {"why": "test"})])

    def test_event_of_a_model_for_a_collection(self):
        self.listen("mine", _collection="collection.base")
        self.listen("other", _collection="other.collection")
        self.env["res.partner"]._event("on_thing", collection=self.backend).notify()
        self.assertEqual([name for name, _args, _kwargs in self.told], ["mine"])

    def test_event_in_a_registry_given(self):
        self.listen("one")
        plain = self.env["res.partner"].with_context(components_registry=None)
        self.assertFalse(plain._event("on_thing").events)
        given = plain._event("on_thing", components_registry=self.comp_registry)
        self.assertEqual(len(given.events), 1)
        # the one of the context wins
        given = self.env["res.partner"]._event("on_thing", components_registry=ComponentRegistry())
        self.assertEqual(len(given.events), 1)

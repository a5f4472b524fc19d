# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Handlers that fail, conflict, vanish, or trigger each other, after the commit."""

from unittest import mock

import psycopg2.errors

from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.component_event import delivery, post_commit

from .common import deliver_post_commit_events
from .common_cases import EventTestCase

LOGGER = "odoo.addons.component_event.delivery"
MODEL = "res.partner.industry"


@tagged("post_install", "-at_install")
class TestPostCommitErrors(EventTestCase):
    def listen(self, component_name, handler):
        definition = type(Component)(
            component_name,
            (Component,),
            {
                "_name": component_name,
                "_inherit": "base.event.listener",
                "_register": False,
                "on_thing": post_commit(handler),
            },
        )
        self._build_components(definition)

    def notify(self, *args):
        self.env[MODEL]._event("on_thing").notify(*args)
        return deliver_post_commit_events(self)

    def test_an_error_undoes_the_handler_s_work_only(self):
        names = ["one", "two", "three"]

        def handle(listener):
            listener.env[MODEL].create({"name": listener._name})
            if listener._name == "two":
                raise ZeroDivisionError("on purpose")

        for name in names:
            self.listen(name, handle)
        with self.assertLogs(LOGGER, "ERROR") as logs:
            self.notify()
        self.assertIn("on_thing() of listener two, on res.partner.industry", logs.output[0])
        self.assertIn("on purpose", logs.output[0])
        self.assertEqual(
            self.env[MODEL].search([("name", "in", names)]).mapped("name"), ["one", "three"]
        )

    def test_conflicts_are_tried_again(self):
        calls = []

        def handle(listener):
            calls.append(listener)
            if len(calls) < 3:
                raise psycopg2.errors.SerializationFailure("on purpose")

        self.listen("one", handle)
        with mock.patch.object(delivery.time, "sleep") as sleep:
            self.notify()
        self.assertEqual(len(calls), 3)
        self.assertEqual(sleep.call_count, 2)
        self.assertIsNot(calls[0], calls[1], "each attempt has its own listener")

    def test_conflicts_without_end(self):
        calls = []

        def handle(listener):
            calls.append(listener)
            raise psycopg2.errors.SerializationFailure("on purpose")

        self.listen("one", handle)
        with (
            mock.patch.object(delivery.time, "sleep"),
            self.assertLogs(LOGGER, "ERROR") as logs,
        ):
            self.notify()
        self.assertEqual(len(calls), delivery.TRIES)
        self.assertEqual(len(logs.output), 1)

    def test_a_listener_that_is_gone(self):
        self.listen("one", lambda listener: self.told.append(listener))
        self.env[MODEL]._event("on_thing").notify()
        del self.comp_registry._components["one"]
        with self.assertLogs(LOGGER, "WARNING") as logs:
            deliver_post_commit_events(self)
        self.assertIn("No longer there", logs.output[0])
        self.assertEqual(self.told, [])

    def test_components_that_are_not_ready(self):
        self.listen("one", lambda listener: self.told.append(listener))
        self.env[MODEL]._event("on_thing").notify()
        self.comp_registry.ready = False
        with self.assertLogs(LOGGER, "WARNING"):
            deliver_post_commit_events(self)
        self.assertEqual(self.told, [])

    def test_a_database_that_does_not_answer(self):
        with (
            mock.patch.object(delivery, "Registry", side_effect=psycopg2.OperationalError("gone")),
            self.assertLogs(LOGGER, "ERROR") as logs,
        ):
            delivery.deliver_all("gone", [mock.sentinel.delivery])
        self.assertIn("database gone", logs.output[0])
        self.assertEqual(vars(delivery._current), {})

    def test_deliveries_of_deliveries_wait_for_their_turn(self):
        """They are called one after the other, not one inside the other."""
        told = self.told

        def handle(listener, depth):
            told.append(("begin", depth))
            if depth < 3:
                listener.env[MODEL]._event("on_thing").notify(depth + 1)
                cr = listener.env.cr
                cr.flush()
                # a test cursor leaves its postcommit hooks alone
                cr.postcommit.run()
            told.append(("end", depth))

        self.listen("one", handle)
        self.notify(1)
        self.assertEqual(told, [(step, depth) for depth in (1, 2, 3) for step in ("begin", "end")])

    def test_handlers_that_trigger_each_other_without_end(self):
        def handle(listener, depth):
            self.told.append(depth)
            listener.env[MODEL]._event("on_thing").notify(depth + 1)
            listener.env.cr.flush()
            listener.env.cr.postcommit.run()

        self.listen("one", handle)
        with self.assertLogs(LOGGER, "ERROR") as logs:
            self.notify(1)
        self.assertEqual(self.told, list(range(1, delivery.MAX_DEPTH + 1)))
        self.assertIn("without end", logs.output[0])
        self.assertEqual(vars(delivery._current), {})

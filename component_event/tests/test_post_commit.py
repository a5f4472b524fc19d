# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""Handlers that wait for the commit."""

from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.component_event import post_commit, skip_if

from .common import deliver_post_commit_events
from .common_cases import EventTestCase

MODEL = "res.partner.industry"


@tagged("post_install", "-at_install")
class TestPostCommit(EventTestCase):
    def setUp(self):
        super().setUp()
        told = self.told

        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"
            _apply_on = [MODEL]

            @post_commit
            def on_record_create(self, record, fields=None):
                told.append(("create", record.exists().name, fields))
                self.seen(record)

            @post_commit
            def on_record_write(self, record, fields=None):
                told.append(("write", record.exists().name, fields))

            @post_commit
            def on_record_unlink(self, record):
                told.append(("unlink", record.id, bool(record.exists())))

            def seen(self, record):
                """Hook of the tests."""

        self._build_components(Listener)
        self.industries = self.env[MODEL]

    def extend(self, **methods):
        """Extend the listener of the tests in place."""
        extension = type(Component)(
            "Extension", (Component,), {"_inherit": "listener", "_register": False, **methods}
        )
        self._build_components(extension)

    def deliver(self):
        return deliver_post_commit_events(self)

    def test_nothing_before_the_commit(self):
        self.industries.create({"name": "one"})
        self.env.flush_all()
        self.assertEqual(self.told, [])
        self.assertEqual(self.deliver(), 1)
        self.assertEqual(self.told, [("create", "one", ["name"])])

    def test_in_the_order_of_the_events(self):
        record = self.industries.create({"name": "one"})
        record.full_name = "number one"
        record_id = record.id
        record.unlink()
        self.deliver()
        self.assertEqual(
            [(told[0], told[-1]) for told in self.told],
            [("create", ["name"]), ("write", ["full_name"]), ("unlink", False)],
        )
        self.assertEqual(self.told[-1][1], record_id)

    def test_once(self):
        self.industries.create({"name": "one"})
        self.deliver()
        self.assertEqual(self.deliver(), 0)
        self.env.cr.postcommit.run()
        self.assertEqual(len(self.told), 1)

    def test_rolled_back_with_its_savepoint(self):
        self.industries.create({"name": "one"})
        with self.env.cr.savepoint() as savepoint:
            self.industries.create({"name": "two"})
            with self.env.cr.savepoint():
                self.industries.create({"name": "three"})
            savepoint.rollback()
        self.industries.create({"name": "four"})
        self.assertEqual(self.deliver(), 4)
        self.assertEqual([told[1] for told in self.told], ["one", "four"])

    def test_rolled_back(self):
        self.env.cr.postcommit.clear()
        with self.env.cr.savepoint() as savepoint:
            self.industries.create({"name": "one"})
            savepoint.rollback()
        self.deliver()
        self.assertEqual(self.told, [])

    def test_environment(self):
        envs = []
        self.extend(seen=lambda listener, record: envs.append((listener.env, record.env)))
        user = self.env.ref("base.user_admin")
        self.industries.with_user(user).with_context(marker=1).create({"name": "one"})
        self.industries.sudo().create({"name": "two"})
        self.deliver()
        for listener_env, record_env in envs:
            self.assertIs(listener_env, record_env)
            self.assertIsNot(record_env.cr, self.env.cr)
        first, second = (record_env for _listener_env, record_env in envs)
        self.assertEqual((first.uid, first.su, first.context["marker"]), (user.id, False, 1))
        self.assertTrue(second.su)

    def test_work_of_handlers_is_kept(self):
        def seen(listener, record):
            record.full_name = f"seen {record.name}"

        self.extend(seen=seen)
        record = self.industries.create({"name": "one"})
        self.deliver()
        self.assertEqual(record.full_name, "seen one")
        # and was an event in its turn
        self.assertEqual(self.told[0], ("create", "one", ["name"]))

    def test_collection_and_attributes(self):
        works = []
        self.extend(
            on_thing=post_commit(lambda listener, *args: works.append((listener.work, args)))
        )
        backend = self.env["collection.base"].browse(7)
        work = self.work_on(MODEL, collection=backend, partner=self.env.user.partner_id, page=3)
        collecter = self.comp_registry["base.event.collecter"](work)
        collecter.collect_events("on_thing").notify(self.env.user, [backend])
        self.deliver()
        ((work, args),) = works
        self.assertEqual(work.collection, backend)
        self.assertEqual((work.partner, work.page), (self.env.user.partner_id, 3))
        self.assertEqual(work.model_name, MODEL)
        self.assertEqual(args, (self.env.user, [backend]))
        for records in (work.collection, work.partner, args[0], args[1][0]):
            self.assertIsNot(records.env.cr, self.env.cr)
        self.assertEqual(work.component_by_name("base").env, work.env)

    def test_registry_given(self):
        """Also when it isn't in the context of the event."""
        plain = self.industries.with_context(components_registry=None)
        seen = []
        self.extend(on_thing=post_commit(lambda listener: seen.append(listener)))
        plain._event("on_thing", components_registry=self.comp_registry).notify()
        self.deliver()
        self.assertEqual([listener._name for listener in seen], ["listener"])

    def test_immediate_handlers_stay_immediate(self):
        told = self.told

        class Immediate(Component):
            _name = "immediate"
            _inherit = "base.event.listener"
            _apply_on = [MODEL]

            def on_record_create(self, record, fields=None):
                told.append(("at once", record.name))

        self._build_components(Immediate)
        self.industries.create({"name": "one"})
        self.assertEqual(told, [("at once", "one")])
        self.deliver()
        self.assertEqual(told[1:], [("create", "one", ["name"])])

    def test_override_of_a_handler(self):
        told = self.told

        class Bis(Component):
            _inherit = "listener"

            def on_record_create(self, record, fields=None):
                told.append("override")
                return super().on_record_create(record, fields=fields)

        self._build_components(Bis)
        self.industries.create({"name": "one"})
        self.assertEqual(told, [])
        self.deliver()
        self.assertEqual(told, ["override", ("create", "one", ["name"])])

    def test_with_skip_if(self):
        told = self.told

        class Skipping(Component):
            _name = "skipping"
            _inherit = "base.event.listener"

            @post_commit
            @skip_if(lambda self, name: name == "skip")
            def on_one(self, name):
                told.append(("one", name))

            @skip_if(lambda self, name: name == "skip")
            @post_commit
            def on_two(self, name):
                told.append(("two", name))

        self._build_components(Skipping)
        for event in ("on_one", "on_two"):
            handlers = self.industries._event(event)
            handlers.notify("skip")
            handlers.notify("keep")
        self.assertEqual(told, [])
        self.deliver()
        self.assertEqual(told, [("one", "keep"), ("two", "keep")])

    def test_handler_shows_what_it_is(self):
        self.extend(on_thing=post_commit(lambda listener: None))
        (handler,) = self.industries._event("on_thing").events
        self.assertEqual(handler.__name__, "on_thing")
        self.assertEqual(handler.__self__._name, "listener")
        self.assertIn("on_thing", repr(handler))

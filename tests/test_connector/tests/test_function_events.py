# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import Command
from odoo.tests import tagged

from odoo.addons.component.core import _component_databases
from odoo.addons.component_event.listeners import has_listener
from odoo.addons.connector import record_events
from odoo.addons.connector.record_events import Event

from .common import ShopCase

PRODUCT = "test.connector.product"
CATEGORY = "test.connector.category"


@tagged("post_install", "-at_install")
class TestEvent(ShopCase):
    """The object itself."""

    def setUp(self):
        super().setUp()
        self.event = Event()
        self.calls = []

    def consumer(self, name, module=__name__):
        def call(session, model_name, *args, **kwargs):
            self.calls.append((name, model_name, args, kwargs))

        call.__module__ = module
        return call

    def fired(self, model_name=PRODUCT, *args, **kwargs):
        self.calls.clear()
        self.event.fire(self, model_name, *args, **kwargs)
        return [name for name, *_rest in self.calls]

    def test_those_for_all_models_come_first(self):
        self.event.subscribe(self.consumer("one"), model_names=[PRODUCT, CATEGORY])
        self.event.subscribe(self.consumer("all"))
        self.event.subscribe(self.consumer("two"), model_names=PRODUCT)
        self.assertEqual(self.fired(PRODUCT), ["all", "one", "two"])
        self.assertEqual(self.fired(CATEGORY), ["all", "one"])
        self.assertEqual(self.fired("res.partner"), ["all"])

    def test_arguments(self):
        self.event.subscribe(self.consumer("all"))
        self.fired(PRODUCT, 3, {"a": 1}, more=True)
        self.assertEqual(self.calls, [("all", PRODUCT, (3, {"a": 1}), {"more": True})])
        with self.assertRaises(AssertionError):
            self.event.fire(self, self.env[PRODUCT])

    def test_replacing(self):
        old, new = self.consumer("old"), self.consumer("new")
        self.event.subscribe(old, model_names=[PRODUCT, CATEGORY])
        self.event.subscribe(new, model_names=PRODUCT, replacing=old)
        self.assertEqual(self.fired(PRODUCT), ["new"])
        self.assertEqual(self.fired(CATEGORY), ["old"])

    def test_unsubscribe(self):
        consumer = self.consumer("one")
        self.event.unsubscribe(consumer, model_names=PRODUCT)
        self.event.subscribe(consumer, model_names=PRODUCT)
        self.event.unsubscribe(consumer)
        self.assertEqual(self.fired(), ["one"], "it subscribed for one model only")
        self.event.unsubscribe(consumer, model_names=PRODUCT)
        self.assertEqual(self.fired(), [])
        self.assertEqual(self.event.model_names(), set())

    def test_decorator(self):
        consumer, other = self.consumer("one"), self.consumer("two")
        self.assertIs(self.event(consumer), consumer)
        self.assertIs(self.event(model_names=PRODUCT)(other), other)
        self.assertEqual(self.fired(), ["one", "two"])
        self.event(replacing=consumer)(self.consumer("three"))
        self.assertEqual(self.fired(), ["three", "two"])

    def test_has_consumer_for(self):
        self.event.subscribe(self.consumer("one"), model_names=PRODUCT)
        self.assertTrue(self.event.has_consumer_for(self, PRODUCT))
        self.assertFalse(self.event.has_consumer_for(self, CATEGORY))

    def test_addon_that_is_not_installed(self):
        for prefix in ("odoo", "openerp"):
            consumer = self.consumer("absent", f"{prefix}.addons.no_such_addon.consumer")
            self.event.subscribe(consumer, model_names=PRODUCT)
        self.event.subscribe(self.consumer("elsewhere", "scripts.consumer"), model_names=PRODUCT)
        self.assertEqual(self.fired(), ["elsewhere"])


@tagged("post_install", "-at_install")
class TestRecordEvents(ShopCase):
    """Functions that have subscribed to what happens to records."""

    def setUp(self):
        super().setUp()
        self.calls = []

    def subscribe(self, name, model_names=PRODUCT):
        def consumer(session, model_name, record_id, *args):
            self.assertEqual(session.uid, self.env.uid)
            self.calls.append((name, model_name, record_id, *args))

        event = record_events.RECORD_EVENTS[name]
        event.subscribe(consumer, model_names=model_names)
        self.addCleanup(event.unsubscribe, consumer, model_names=model_names)

    def test_nobody_listens_where_nobody_has_subscribed(self):
        for name in record_events.RECORD_EVENTS:
            self.assertFalse(has_listener(self.env, name, PRODUCT))
        bridge = _component_databases.for_env(self.env)[record_events.BRIDGE]
        self.assertEqual(bridge._events, frozenset())

    def test_create_write_unlink(self):
        for name in record_events.RECORD_EVENTS:
            self.subscribe(name)
        category = self.env[CATEGORY].create({"name": "Books"})
        product = self.env[PRODUCT].create({"name": "Novel", "category_id": category.id})
        product.write({"price": 3, "shelf_ids": [Command.link(category.id)]})
        record_id = product.id
        product.unlink()
        (created, written, deleted) = self.calls
        self.assertEqual(created[:3], ("on_record_create", PRODUCT, record_id))
        self.assertEqual(created[3]["name"], "Novel")
        self.assertEqual(created[3]["category_id"], category.id)
        self.assertEqual(
            written,
            (
                "on_record_write",
                PRODUCT,
                record_id,
                {"price": 3.0, "shelf_ids": [(6, 0, category.ids)]},
            ),
        )
        self.assertEqual(deleted, ("on_record_unlink", PRODUCT, record_id))

    def test_only_the_models_that_were_named(self):
        self.subscribe("on_record_create")
        self.assertTrue(has_listener(self.env, "on_record_create", PRODUCT))
        self.assertFalse(has_listener(self.env, "on_record_create", CATEGORY))
        self.assertFalse(has_listener(self.env, "on_record_write", PRODUCT))
        self.env[CATEGORY].create({"name": "Books"})
        self.assertFalse(self.calls)

    def test_all_models(self):
        self.subscribe("on_record_create", model_names=None)
        self.env[CATEGORY].create({"name": "Books"})
        self.assertEqual(self.calls[0][:2], ("on_record_create", CATEGORY))

    def test_no_longer(self):
        self.subscribe("on_record_create")
        self.doCleanups()
        self.assertFalse(has_listener(self.env, "on_record_create", PRODUCT))

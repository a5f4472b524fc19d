# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.component.exception import NoComponentError, SeveralComponentError
from odoo.addons.connector.database import pg_try_advisory_lock
from odoo.addons.connector.exception import RetryableJobError

from ..components import core, mapper
from ..components.binder import Binder
from ..components.mapper import ExportMapper
from .common import ConnectorComponentCase


@tagged("post_install", "-at_install")
class TestBaseComponents(ConnectorComponentCase):
    def other_cursor(self):
        cr = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cr.close)
        return cr

    def test_backend_record(self):
        class Any(Component):
            _name = "test.any"
            _inherit = "base.connector"

        self.assertIs(self.build(Any).backend_record, self.collection)

    def test_binder_for(self):
        class PartnerBinder(Component):
            _name = "test.partner.binder"
            _inherit = "base.binder"
            _apply_on = "res.partner"

        class UserBinder(Component):
            _name = "test.user.binder"
            _inherit = "base.binder"
            _apply_on = "res.users"

        class Any(Component):
            _name = "test.any"
            _inherit = "base.connector"

        component = self.build(PartnerBinder, UserBinder, Any)
        self.assertEqual(component.binder_for()._name, "test.partner.binder")
        self.assertEqual(component.binder_for("res.users")._name, "test.user.binder")
        self.assertEqual(component.binder_for(self.env["res.users"])._name, "test.user.binder")

    def test_unit_for(self):
        class PartnerBinder(Component):
            _name = "test.partner.binder"
            _inherit = "base.binder"
            _apply_on = "res.partner"

        class AnyBinder(Component):
            _name = "test.any.binder"
            _inherit = "base.binder"

        class Any(Component):
            _name = "test.any"
            _inherit = "base.connector"

        component = self.build(AnyBinder, PartnerBinder, Any)
        self.assertEqual(component.unit_for("binder")._name, "test.partner.binder")
        self.assertEqual(component.unit_for(Binder)._name, "test.partner.binder")
        found = component.unit_for(Binder, model="res.users")
        self.assertEqual((found._name, found.model._name), ("test.any.binder", "res.users"))
        self.assertEqual(component.unit_for(AnyBinder)._name, "test.any.binder")
        with self.assertRaises(NoComponentError):
            component.unit_for(ExportMapper)

    def test_unit_for_that_finds_several(self):
        class First(Component):
            _name = "test.first.mapper"
            _inherit = "base.export.mapper"

        class Second(Component):
            _name = "test.second.mapper"
            _inherit = "base.export.mapper"

        component = self.build(First, Second)
        with self.assertRaisesRegex(SeveralComponentError, "test.second.mapper"):
            component.unit_for(ExportMapper)
        self.assertEqual(component.unit_for(First)._name, "test.first.mapper")

    def test_advisory_lock_or_retry(self):
        class Any(Component):
            _name = "test.any"
            _inherit = "base.connector"

        component = self.build(Any)
        component.advisory_lock_or_retry("free")
        other = api.Environment(self.other_cursor(), SUPERUSER_ID, {})
        pg_try_advisory_lock(other, "taken")
        with self.assertRaises(RetryableJobError) as caught:
            component.advisory_lock_or_retry("taken", retry_seconds=7)
        self.assertEqual((caught.exception.seconds, caught.exception.ignore_retry), (7, True))
        with self.assertRaises(RetryableJobError) as caught:
            component.advisory_lock_or_retry("taken")
        self.assertEqual(caught.exception.seconds, 1)

    def test_find_or_create(self):
        class Any(Component):
            _name = "test.any"
            _inherit = "base.connector"

        component = self.build(Any)
        values = {"name": "Zeppelin"}
        domain = [("name", "=", "Zeppelin")]
        made = component.find_or_create("res.partner.category", domain, values)
        self.assertEqual(made.name, "Zeppelin")
        self.assertEqual(component.find_or_create("res.partner.category", domain, values), made)
        # Another job is at it.
        other = api.Environment(self.other_cursor(), SUPERUSER_ID, {})
        domain = [("name", "=", "Airship")]
        pg_try_advisory_lock(other, f"create(res.partner.category, {domain})")
        with self.assertRaisesRegex(RetryableJobError, "has the lock"):
            component.find_or_create("res.partner.category", domain, {"name": "Airship"})

    def test_find_or_create_what_is_only_seen_by_a_new_transaction(self):
        class Any(Component):
            _name = "test.any"
            _inherit = "base.connector"

        component = self.build(Any)
        # Gone for us alone, as what another job has made since we began is there for others alone.
        group = self.env.ref("connector.group_connector_manager")
        domain = [("name", "=", group.name)]
        self.env.cr.execute("UPDATE res_groups SET name = '{}' WHERE id = %s", (group.id,))
        self.env.invalidate_all()
        with (
            mock.patch.object(core, "owns_transaction", return_value=True),
            mock.patch.object(self.env.registry, "cursor", self.other_cursor),
            self.assertRaisesRegex(RetryableJobError, "just created") as caught,
        ):
            component.find_or_create("res.groups", domain, {"name": group.name})
        self.assertTrue(caught.exception.ignore_retry)

    def test_crud_adapter_is_to_be_written(self):
        class Adapter(Component):
            _name = "test.adapter"
            _inherit = "base.backend.adapter.crud"

        adapter = self.build(Adapter)
        self.assertEqual(adapter._usage, "backend.adapter")
        self.assertEqual(self.comp_registry["base.backend.adapter"]._usage, "backend.adapter")
        for name in ("search", "read", "search_read", "create", "write", "delete"):
            with self.assertRaises(NotImplementedError):
                getattr(adapter, name)(1, key="word")

    def test_no_connector_export(self):
        class Listener(Component):
            _name = "test.listener"
            _inherit = "base.connector.listener"

        listener = self.build(Listener)
        partner = self.env["res.partner"].browse(1)
        self.assertFalse(listener.no_connector_export(partner))
        importing = partner.with_context(connector_no_export=True)
        self.assertTrue(listener.no_connector_export(importing))
        self.assertEqual(listener._usage, "event.listener")


@tagged("post_install", "-at_install")
class TestNames(ConnectorComponentCase):
    def test_every_component_is_abstract_but_two(self):
        """Connectors derive theirs; only what works as it is can be found by a lookup."""
        for name in (
            *("base.connector", "base.backend.adapter", "base.backend.adapter.crud", "base.binder"),
            *("base.connector.listener", "base.mapper", "base.import.mapper", "base.export.mapper"),
            *("base.map.child", "base.map.child.import", "base.map.child.export"),
            *("base.synchronizer", "base.exporter", "base.importer", "base.deleter"),
            *("generic.exporter", "base.event.listener"),
        ):
            self.assertTrue(self.comp_registry[name]._abstract, name)
        for name in ("base.record.locker", "base.event.collecter"):
            self.assertFalse(self.comp_registry[name]._abstract, name)

    def test_names_of_the_mapper_module(self):
        self.assertEqual(
            set(mapper.__all__),
            {
                *("Mapper", "ImportMapper", "ExportMapper", "mapping", "changed_by"),
                *("only_create", "none", "convert", "m2o_to_external", "external_to_m2o"),
                *("follow_m2o_relations", "MapRecord", "MapChild", "ImportMapChild"),
                "ExportMapChild",
            },
        )
        for name in (*mapper.__all__, "MappingDefinition", "MapOptions"):
            self.assertTrue(callable(getattr(mapper, name)), name)


@tagged("post_install", "-at_install")
class TestRecordLocker(ConnectorComponentCase):
    """The locker works on rows that other transactions see, so on one of Odoo's own data."""

    def setUp(self):
        super().setUp()
        self.locker = self.work_on("res.lang").component(usage="record.locker")
        self.lang = self.env.ref("base.lang_en")
        self.cr = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(self.cr.close)

    def lock_elsewhere(self):
        self.cr.execute("SELECT id FROM res_lang WHERE id = %s FOR UPDATE", (self.lang.id,))

    def test_lock(self):
        self.assertEqual(self.locker._name, "base.record.locker")
        self.locker.lock(self.lang)
        self.cr.execute(
            "SELECT id FROM res_lang WHERE id = %s FOR UPDATE SKIP LOCKED", (self.lang.id,)
        )
        self.assertEqual(self.cr.fetchall(), [])

    def test_taken(self):
        self.lock_elsewhere()
        with self.assertRaises(RetryableJobError) as caught:
            self.locker.lock(self.lang)
        self.assertEqual((caught.exception.seconds, caught.exception.ignore_retry), (None, True))
        with self.assertRaises(RetryableJobError) as caught:
            self.locker.lock(self.lang, seconds=3, ignore_retry=False)
        self.assertEqual((caught.exception.seconds, caught.exception.ignore_retry), (3, False))

    def test_a_refused_lock_leaves_the_transaction_usable(self):
        self.lock_elsewhere()
        with self.assertRaises(RetryableJobError):
            self.locker.lock(self.lang)
        self.cr.rollback()
        self.locker.lock(self.lang)

    def test_no_records(self):
        with self.assertQueryCount(0):
            self.locker.lock(self.env["res.lang"])

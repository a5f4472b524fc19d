# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import importlib
import sys

from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.component.core import MetaComponent

from .. import legacy, record_events
from ..components import binder, mapper
from ..database import pg_try_advisory_lock
from ..queue import functions

PACKAGE = "odoo.addons.connector"


@tagged("post_install", "-at_install")
class TestLegacyNames(TransactionCase):
    def load(self, name):
        """Import a module as if for the first time, and check that it says what to use."""
        full_name = f"{PACKAGE}.{name}"
        sys.modules.pop(full_name, None)
        legacy._warned.discard(full_name)
        with self.assertLogs(f"{PACKAGE}.legacy", "WARNING") as logs:
            module = importlib.import_module(full_name)
        self.assertIn(full_name, logs.output[0])
        with self.assertNoLogs(f"{PACKAGE}.legacy", "WARNING"):
            importlib.reload(module)
        return module

    def test_mapper(self):
        module = self.load("unit.mapper")
        for name in mapper.__all__:
            if not isinstance(getattr(mapper, name), type) or name == "MapRecord":
                self.assertIs(getattr(module, name), getattr(mapper, name), name)
        self.assertIs(module.m2o_to_backend, mapper.m2o_to_external)
        self.assertIs(module.backend_to_m2o, mapper.external_to_m2o)

    def test_classes_stand_for_components(self):
        for module_name, names in (
            ("unit.mapper", "ImportMapper ExportMapper Mapper MapChild ImportMapChild"),
            ("unit.synchronizer", "Synchronizer Importer Exporter Deleter"),
            ("unit.backend_adapter", "BackendAdapter CRUDAdapter"),
            ("connector", "ConnectorUnit Binder"),
        ):
            module = self.load(module_name)
            today = {
                definition.__name__: definition
                for definition in MetaComponent._modules_components["connector"]
            }
            today["ConnectorUnit"] = today["BaseConnectorComponent"]
            for name in names.split():
                self.assertEqual(getattr(module, name)._unit_component, today[name]._name)

    def test_synchronizer(self):
        module = self.load("unit.synchronizer")
        self.assertIs(module.ExportSynchronizer, module.Exporter)
        self.assertIs(module.ImportSynchronizer, module.Importer)
        self.assertIs(module.DeleteSynchronizer, module.Deleter)

    def test_connector(self):
        module = self.load("connector")
        self.assertIs(module.Environment, module.ConnectorEnvironment)
        self.assertIs(module.pg_try_advisory_lock, pg_try_advisory_lock)
        self.assertTrue(module.is_module_installed(self.env, "connector"))
        self.assertFalse(module.is_module_installed(self.env, "no_such_module"))
        self.assertEqual(module.get_openerp_module(binder.Binder), "connector")
        self.assertEqual(module.get_openerp_module(importlib.import_module), "importlib")
        with self.assertLogs(f"{PACKAGE}.legacy", "WARNING"):
            legacy._warned.discard("install_in_connector()")
            module.install_in_connector()

    def test_event(self):
        module = self.load("event")
        for name in ("on_record_create", "on_record_write", "on_record_unlink"):
            self.assertIs(getattr(module, name), getattr(record_events, name))

    def test_queue_job(self):
        module = self.load("queue.job")
        self.assertIs(module.job, functions.job)
        self.assertIs(module.related_action, functions.related_action)
        self.assertIs(module.JOB_REGISTRY, functions.REGISTRY)
        legacy._warned.discard("whitelist_unpickle_global()")
        with self.assertLogs(f"{PACKAGE}.legacy", "WARNING"):
            module.whitelist_unpickle_global(dict)

    def test_other_modules(self):
        self.load("deprecate")
        self.load("related_action")

    def test_session(self):
        module = self.load("session")
        session = module.ConnectorSession(self.env.cr, self.env.uid, {"lang": "en_US"})
        self.assertEqual((session.cr, session.uid), (self.env.cr, self.env.uid))
        self.assertEqual(session.context, {"lang": "en_US"})
        self.assertIs(session.pool, self.env.registry)
        self.assertTrue(session.is_module_installed("connector"))
        user = new_test_user(self.env, "other")
        with self.assertRaises(ZeroDivisionError), session.change_user(user.id):
            self.assertEqual(session.env.user, user)
            raise ZeroDivisionError
        self.assertEqual(session.uid, self.env.uid, "put back after an error too")
        with session.change_context(active_test=False):
            self.assertEqual(session.context, {"lang": "en_US", "active_test": False})
        with session.change_context({"tz": "UTC"}):
            self.assertEqual(session.context, {"tz": "UTC"})
        self.assertEqual(session.context, {"lang": "en_US"})
        session.commit()
        self.assertIs(module.ConnectorSession.from_env(self.env).env, self.env)

    def test_session_handler(self):
        module = self.load("session")
        handler = module.ConnectorSessionHandler(self.env.cr.dbname, self.env.uid, {"tz": "UTC"})
        with handler.session() as session:
            self.assertIsNot(session.cr, self.env.cr)
            self.assertEqual(session.context, {"tz": "UTC"})
            cr = session.cr
        self.assertTrue(cr.closed)

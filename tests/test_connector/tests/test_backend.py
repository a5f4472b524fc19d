# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector import backend
from odoo.addons.connector.backend import Backend, BackendRegistry
from odoo.addons.connector.models import backend_model


@tagged("post_install", "-at_install")
class TestBackendVersions(TransactionComponentCase):
    def chain(self, model, version):
        return self.env[model].new({"version": version})._backend_version_chain()

    def test_versions_descend_in_the_order_of_the_selection(self):
        model = "test.connector.backend"
        self.assertEqual(self.chain(model, "1.5"), ["1.5"])
        self.assertEqual(self.chain(model, "2.0"), ["2.0", "1.7", "1.6", "1.5"])
        self.assertEqual(self.chain(model, False), [])

    def test_declared_parents(self):
        model = "test.connector.forked.backend"
        self.assertEqual(self.chain(model, "2.0"), ["2.0", "1.0"])
        self.assertEqual(self.chain(model, "1.1"), ["1.1", "1.0"])
        self.assertEqual(self.chain(model, "1.0"), ["1.0"])

    def test_parents_in_a_circle(self):
        self.assertEqual(self.chain("test.connector.forked.backend", "loop"), ["loop", "pool"])

    def test_backend_without_version(self):
        backend = self.env["test.connector.plain.backend"].new({"name": "x"})
        self.assertEqual(backend._backend_version_chain(), [])
        self.assertIsNone(backend._backend_type)

    def test_abstract_models(self):
        for name in ("connector.backend", "external.binding", "connector.binding.jobs"):
            self.assertTrue(self.env[name]._abstract)
        self.assertIn("sync_date", self.env["external.binding"]._fields)
        self.assertEqual(self.env["connector.backend"]._inherit_children & {"x"}, set())
        self.assertTrue(hasattr(self.env["connector.backend"], "work_on"))

    def test_declared_backends_say_the_chain(self):
        """In the older style: 2.0 descends from 1.6 there, and 1.7 from nothing."""
        registry = BackendRegistry()
        self.patch(backend_model, "BACKENDS", registry)
        self.patch(backend, "BACKENDS", registry)
        test = Backend("test")
        test16 = Backend(parent=test, version="1.6")
        Backend(parent=test, version="1.7")
        test20 = Backend(parent=test16, version="2.0")
        model = "test.connector.backend"
        self.assertEqual(self.chain(model, "2.0"), ["2.0", "1.6"])
        self.assertEqual(self.chain(model, "1.7"), ["1.7"])
        self.assertEqual(self.chain(model, "1.5"), ["1.5"], "not declared: the selection's order")
        Backend(parent=test20, version="1.1", service="forked")
        self.assertEqual(self.chain("test.connector.forked.backend", "1.1"), ["1.1", "1.0"])
        self.assertIs(self.env[model].new({"version": "2.0"}).get_backend(), test20)
        self.assertIs(self.env[model].new({"version": False}).get_backend(), test)
        with self.assertRaisesRegex(ValueError, "'1.5'"):
            self.env[model].new({"version": "1.5"}).get_backend()
        with self.assertRaisesRegex(ValueError, "_backend_type"):
            self.env["test.connector.plain.backend"].new({}).get_backend()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.tests.common import TransactionComponentCase


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

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.tests import tagged

from odoo.addons.connector.exception import IDMissingInBackend

from .common import CATEGORY, PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestRecordDeleter(ShopCase):
    def setUp(self):
        super().setUp()
        self.import_record("p1")
        self.product = self.binding("p1").odoo_id

    def delete(self, **attributes):
        with self.component("record.deleter") as deleter:
            for name, value in attributes.items():
                setattr(deleter, name, value)
            return deleter.run("p1")

    def test_archive(self):
        self.assertIn("deleted", self.env[PRODUCT].delete_record(self.backend, "p1"))
        self.assertFalse(self.binding("p1"))
        self.assertFalse(self.product.active)

    def test_keep(self):
        self.delete(_on_deleted="keep")
        self.assertFalse(self.binding("p1"))
        self.assertTrue(self.product.active)

    def test_unlink(self):
        self.delete(_on_deleted="unlink")
        self.assertFalse(self.product.exists())

    def test_what_the_binding_model_says(self):
        with mock.patch.object(type(self.env[PRODUCT]), "_on_deleted", "keep"):
            self.delete()
        self.assertFalse(self.binding("p1"))
        self.assertTrue(self.product.active)

    def test_component_has_precedence(self):
        with mock.patch.object(type(self.env[PRODUCT]), "_on_deleted", "keep"):
            self.delete(_on_deleted="unlink")
        self.assertFalse(self.product.exists())

    def test_again(self):
        self.delete()
        self.assertIn("not bound", self.delete())

    def test_not_while_it_is_imported(self):
        with (
            self.component("record.importer") as importer,
            mock.patch("odoo.addons.connector.components.core.pg_try_advisory_lock") as lock,
        ):
            importer._set_up("p1")
            importer._lock()
            self.delete()
        first, second = lock.call_args_list
        self.assertEqual(first, second)


@tagged("post_install", "-at_install")
class TestRecordExporterDeleter(ShopCase):
    def test_delete(self):
        result = self.env[PRODUCT].export_delete_record(self.backend, "p1")
        self.assertNotIn("p1", self.shop[PRODUCT])
        self.assertIn("p1", result)

    def test_already_deleted(self):
        """A job that runs twice must not fail for having done its work."""
        self.env[CATEGORY].export_delete_record(self.backend, "c1")
        self.assertIn("already", self.env[CATEGORY].export_delete_record(self.backend, "c1"))

    def test_other_errors_are_not_hidden(self):
        with self.component("record.exporter.deleter") as deleter:
            deleter._backend_adapter = mock.Mock()
            deleter._backend_adapter.delete.side_effect = ZeroDivisionError
            with self.assertRaises(ZeroDivisionError):
                deleter.run("p1")
            deleter._backend_adapter.delete.side_effect = IDMissingInBackend("gone")
            self.assertIn("already", deleter.run("p1"))

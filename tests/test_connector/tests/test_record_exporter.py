# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from .test_generic_exporter import ExportCase


@tagged("post_install", "-at_install")
class TestRecordExporter(ExportCase):
    def test_job_method(self):
        self.new.export_record()
        self.assertEqual(self.new.external_id, "new4")
        self.new.export_record(fields=["name"])
        self.assertEqual(len(self.calls("write")), 1)

    def test_export_of_one_record(self):
        with self.assertRaises(ValueError):
            (self.new | self.new.copy()).export_record()

    def test_binding_that_was_deleted_meanwhile(self):
        self.new.unlink()
        self.assertIn("nothing to export", self.new.export_record())
        self.assertEqual(self.calls("create"), [])

    def test_export_that_was_interrupted_after_the_creation(self):
        """The other system has the record, but we don't know its id: it is found there."""
        with self.component("record.exporter") as exporter:
            exporter.binding = self.new
            key = exporter._idempotency_key()
            self.shop[self.new._name]["made"] = {"reference": key}
            exporter._find_existing = lambda: next(
                external_id
                for external_id, record in exporter.backend_adapter.records.items()
                if record.get("reference") == key
            )
            exporter.run(self.new)
        self.assertEqual(self.new.external_id, "made")
        self.assertFalse([call for call in self.calls("create") if "reference" in call[1]])
        self.assertFalse(self.exported())
        self.assertEqual(self.shop[self.new._name]["made"]["label"], "Chess")

    def test_key_names_one_record(self):
        with self.component("record.exporter") as exporter:
            keys = set()
            for binding in self.new, self.new, self.new.copy():
                exporter.binding = binding
                keys.add(exporter._idempotency_key())
        self.assertEqual(len(keys), 2)
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        self.assertTrue(all(key.startswith(uuid) for key in keys))

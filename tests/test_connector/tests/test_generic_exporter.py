# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.connector.exception import (
    IDMissingInBackend,
    InvalidDataError,
    RetryableJobError,
)
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase


class ExportCase(ShopCase):
    def setUp(self):
        super().setUp()
        self.category = self.env["test.connector.category"].create({"name": "Games"})
        self.new = self.env[PRODUCT].create(
            {"backend_id": self.backend.id, "name": "Chess", "category_id": self.category.id}
        )

    def exported(self, model=PRODUCT):
        """Return what was created over there, by id."""
        return {key: value for key, value in self.shop[model].items() if key.startswith("new")}


@tagged("post_install", "-at_install")
class TestGenericExporter(ExportCase):
    def run_exporter(self, binding=None, *args, model=PRODUCT, replace=None, **kwargs):
        """Run the exporter.

        :param replace: methods to put in its place
        """
        with self.component("record.exporter", model) as exporter:
            for name, value in (replace or {}).items():
                setattr(exporter, name, value)
            self.exporter = exporter
            return exporter.run(self.new if binding is None else binding, *args, **kwargs)

    def test_create(self):
        result = self.run_exporter()
        self.assertEqual(self.new.external_id, "new4")
        self.assertTrue(self.new.sync_date)
        self.assertEqual(
            self.shop[PRODUCT]["new4"],
            {"label": "Chess", "price": False, "category": "new3", "origin": "odoo"},
        )
        self.assertEqual(result, "Record exported with ID new4 on Backend.")

    def test_update(self):
        self.run_exporter()
        self.new.name = "Go"
        self.shop.calls.clear()
        self.run_exporter()
        self.assertEqual(self.shop[PRODUCT]["new4"]["label"], "Go")
        self.assertEqual([call[0] for call in self.shop.calls], ["write"])
        self.assertEqual(self.shop[PRODUCT]["new4"]["origin"], "odoo")

    def test_update_of_some_fields(self):
        self.run_exporter()
        self.shop.calls.clear()
        self.run_exporter(None, ["name"])
        self.assertEqual(self.shop.calls, [("write", "new4", {"label": "Chess"})])
        self.run_exporter(fields=["price"])
        self.assertEqual(self.shop.calls[1:], [("write", "new4", {"price": False})])

    def test_creation_exports_all_fields(self):
        self.run_exporter(fields=["name"])
        self.assertIn("price", self.shop[PRODUCT]["new4"])

    def test_nothing_to_export(self):
        self.run_exporter()
        self.assertEqual(self.run_exporter(fields=["active"]), "Nothing to export.")

    def test_nothing_to_create(self):
        """Without an external id there is nothing to bind, and that is no error."""
        result = self.run_exporter(replace={"_create_data": lambda *args, **kwargs: {}})
        self.assertEqual(result, "Nothing to export.")
        self.assertFalse(self.new.external_id)
        self.assertFalse(self.new.sync_date)

    def test_skip(self):
        result = self.run_exporter(replace={"_has_to_skip": lambda: True})
        self.assertIsNone(result)
        self.assertFalse(self.exported())
        self.assertFalse(self.new.external_id)

    def test_after_export(self):
        seen = []
        self.run_exporter(
            replace={
                "_after_export": lambda: seen.append((self.new.external_id, self.new.sync_date))
            }
        )
        self.assertEqual(seen[0][0], "new4")
        self.assertTrue(seen[0][1])

    def test_changed_over_there(self):
        self.run_exporter()
        with trap_jobs() as trap:
            self.run_exporter(replace={"_should_import": lambda: True})
        trap.assert_enqueued_job(
            self.new.import_record, args=(self.backend, "new4"), kwargs={"force": True}
        )

    def test_missing_over_there(self):
        """A record that was deleted over there is created again."""
        self.run_exporter()
        self.shop[PRODUCT].pop("new4")

        def should_import():
            raise IDMissingInBackend

        self.shop[PRODUCT]["another"] = {}
        self.run_exporter(replace={"_should_import": should_import})
        self.assertEqual(self.new.external_id, "new5")

    def test_validation(self):
        def refuse(data):
            raise InvalidDataError(sorted(data))

        with self.assertRaises(InvalidDataError):
            self.run_exporter(replace={"_validate_create_data": refuse})
        self.assertFalse(self.exported())
        self.run_exporter(replace={"_validate_update_data": refuse})
        with self.assertRaises(InvalidDataError):
            self.run_exporter(replace={"_validate_update_data": refuse})

    def test_commit_before_the_hook(self):
        """The other system keeps the record, whatever happens to our job afterwards."""
        steps = []
        with mock.patch(
            "odoo.addons.connector.components.generic_exporter.commit",
            side_effect=lambda env: steps.append(f"commit {self.new.external_id}"),
        ):
            self.category.unlink()
            self.run_exporter(replace={"_after_export": lambda: steps.append("hook")})
        self.assertEqual(steps, ["commit new4", "hook"])

    def test_lock(self):
        cr = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cr.close)
        lang = self.env.ref("base.lang_en")
        cr.execute("SELECT id FROM res_lang WHERE id = %s FOR UPDATE", (lang.id,))
        with self.component("record.exporter", "res.lang") as exporter:
            exporter.binding = lang
            with self.assertRaises(RetryableJobError):
                exporter._lock()
            cr.rollback()
            exporter._lock()
        cr.execute("SELECT id FROM res_lang WHERE id = %s FOR UPDATE SKIP LOCKED", (lang.id,))
        self.assertFalse(cr.fetchall())


@tagged("post_install", "-at_install")
class TestExportDependency(ExportCase):
    def export_dependency(self, relation, **kwargs):
        with self.component("record.exporter") as exporter:
            exporter.binding = self.new
            exporter._export_dependency(relation, CATEGORY, **kwargs)

    def test_normal_record(self):
        self.export_dependency(self.category)
        binding = self.category.binding_ids
        self.assertEqual(binding.backend_id, self.backend)
        self.assertEqual(self.exported(CATEGORY), {binding.external_id: {"label": "Games"}})

    def test_once(self):
        self.export_dependency(self.category)
        self.export_dependency(self.category)
        self.assertEqual(len(self.calls("create")), 1)
        self.assertEqual(len(self.category.binding_ids), 1)

    def test_nothing(self):
        self.export_dependency(self.env["test.connector.category"])
        self.assertFalse(self.shop.calls)

    def test_binding(self):
        binding = self.env[CATEGORY].create(
            {"backend_id": self.backend.id, "odoo_id": self.category.id}
        )
        self.export_dependency(binding)
        self.assertEqual(binding.external_id, "new3")

    def test_binding_that_is_not_exported_yet(self):
        binding = self.env[CATEGORY].create(
            {"backend_id": self.backend.id, "odoo_id": self.category.id}
        )
        self.export_dependency(self.category)
        self.assertEqual(self.category.binding_ids, binding)
        self.assertEqual(binding.external_id, "new3")

    def test_extra_values(self):
        self.export_dependency(self.category, binding_extra_vals={"sync_date": "2020-01-01"})
        self.assertEqual(len(self.category.binding_ids), 1)

    def test_field_of_another_name(self):
        with self.component("record.exporter") as exporter:
            exporter.binding = self.new
            exporter._default_binding_field = None
            exporter._export_dependency(self.category, CATEGORY, binding_field="binding_ids")
        self.assertEqual(self.category.binding_ids.external_id, "new3")

    def test_normal_user_may_export(self):
        """Who exports need not have the right to create bindings."""
        with mock.patch.object(type(self.env[CATEGORY]), "sudo", autospec=True) as sudo:
            sudo.side_effect = lambda records, flag=True: records.with_env(records.env(su=flag))
            self.export_dependency(self.category)
        sudo.assert_called()

    @mute_logger("odoo.sql_db")
    def test_created_by_another_job_at_the_same_time(self):
        self.env[CATEGORY].create({"backend_id": self.backend.id, "odoo_id": self.category.id})
        self.env.flush_all()
        with self.component("record.exporter") as exporter:
            exporter.binding = self.new
            with mock.patch.object(
                type(self.env[CATEGORY]), "search", return_value=self.env[CATEGORY]
            ):
                with self.assertRaises(RetryableJobError), self.env.cr.savepoint():
                    exporter._export_dependency(self.category, CATEGORY)

    def test_other_errors_pass(self):
        with self.component("record.exporter") as exporter:
            with self.assertRaises(ZeroDivisionError), exporter._retry_unique_violation():
                raise ZeroDivisionError

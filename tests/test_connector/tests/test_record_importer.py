# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta
from unittest import mock

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.connector.exception import InvalidDataError, MappingError, RetryableJobError

from .common import CATEGORY, PRODUCT, ShopCase

#: A picture of one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestRecordImporter(ShopCase):
    def test_create(self):
        result = self.import_record("p1")
        binding = self.binding("p1")
        self.assertEqual(binding.name, "Novel")
        self.assertEqual(binding.backend_id, self.backend)
        self.assertTrue(binding.sync_date)
        self.assertEqual(binding.odoo_id.exported_writes, 0, "an import must not export")
        self.assertIn("p1", result)

    def test_the_flow_knows_that_it_runs_in_a_job(self):
        products = self.env[PRODUCT]
        self.assertIs(products._in_this_job(self.backend), self.backend)
        job = products.with_context(job_uuid="x")
        with job._in_this_job(self.backend).work_on(PRODUCT) as work:
            self.assertEqual(work.env.context["job_uuid"], "x")

    def test_dependencies_come_first(self):
        self.import_record("p1")
        self.assertEqual(self.binding("p1").category_id.name, "Books")
        self.assertEqual(self.binding("c1", CATEGORY).odoo_id, self.binding("p1").category_id)
        self.import_record("p3")
        self.assertEqual(self.calls("read").count(("read", "c1")), 1)
        self.assertEqual(self.binding("p3").category_id, self.binding("p1").category_id)

    def test_dependency_that_does_not_exist(self):
        self.shop[PRODUCT]["p1"]["category"] = "c9"
        with self.assertRaises(MappingError):
            self.import_record("p1")

    def importing(self, **attributes):
        """Run the importer of p1 with other attributes."""
        with self.component("record.importer") as importer:
            for name, value in attributes.items():
                setattr(importer, name, value)
            return importer.run("p1")

    def test_what_the_mapper_links_comes_first_if_wanted(self):
        with self.assertRaises(MappingError):
            self.importing(_dependency_models={})
        self.importing(_dependency_models={}, _import_linked=True)
        self.assertEqual(self.binding("p1").category_id.name, "Books")

    def test_keys_that_change_all_the_time(self):
        self.import_record("p1")
        volatile = {"_volatile_keys": {"seen"}}
        self.shop[PRODUCT]["p1"]["seen"] = 1
        self.assertIn("up to date", self.importing(**volatile))
        self.assertIn("updated", self.importing())
        self.shop[PRODUCT]["p1"]["label"] = "Short novel"
        self.assertIn("updated", self.importing(**volatile))

    def test_mapper_is_told_of_the_binding(self):
        seen = []
        with self.component("record.importer") as importer:
            importer.mapper.finalize = lambda map_record, values: (
                seen.append(importer.mapper.options.binding) or values
            )
            importer.run("p1")
            importer.run("p1", force=True)
        self.assertEqual(seen, [self.env[PRODUCT], self.binding("p1")])

    def test_translations(self):
        self.env["res.lang"]._activate_lang("fr_BE")
        self.importing(_translations=lambda: {"fr_BE": {"note": "Roman"}})
        product = self.binding("p1").odoo_id
        self.assertEqual(product.with_context(lang="fr_BE").note, "Roman")
        self.assertEqual(product.exported_writes, 0, "an import must not export")
        self.importing(
            _translations=lambda: {"en_US": {"note": "Novel"}}, _is_uptodate=lambda: False
        )
        self.assertEqual(product.with_context(lang="en_US").note, "Novel")
        self.assertEqual(product.with_context(lang="fr_BE").note, "Roman")

    def test_dependency_that_came_with_the_record(self):
        with self.backend.work_on(PRODUCT) as work:
            importer = work.component(usage="record.importer")
            importer._set_up("p1")
            importer._import_dependency("c9", CATEGORY, external_record={"label": "Came along"})
        self.assertEqual(self.binding("c9", CATEGORY).name, "Came along")

    def test_empty_dependency(self):
        self.shop[PRODUCT]["p1"]["category"] = None
        self.import_record("p1")
        self.assertFalse(self.binding("p1").category_id)

    def test_what_counts_as_a_dependency(self):
        with self.component("record.importer") as importer:
            importer.external_record = {
                "category": 0,
                "shelves": ["c1", "", None, False, "c2"],
                "parent": False,
            }
            self.assertEqual(
                list(importer._dependencies()), [(CATEGORY, 0), (CATEGORY, "c1"), (CATEGORY, "c2")]
            )
            importer.external_record = {"shelves": None}
            self.assertEqual(list(importer._dependencies()), [])

    def test_one_write_for_the_state_of_the_binding(self):
        self.import_record("p1")
        binding, writes = self.binding("p1"), []
        model = type(binding)

        def write(records, vals):
            writes.append(sorted(vals))
            return super(model, records).write(vals)

        self.patch(model, "write", write)
        self.shop[PRODUCT]["p1"]["label"] = "Thriller"
        self.import_record("p1")
        self.import_record("p2")
        self.assertEqual(
            writes,
            [
                ["external_version", "last_import_date"],
                ["external_id", "sync_date"],
                ["external_id", "sync_date"],
            ],
        )
        self.assertTrue(self.binding("p2").external_version)
        self.assertTrue(self.binding("p2").last_import_date)

    def test_circle_of_dependencies(self):
        self.shop[PRODUCT]["p1"]["parent"] = "p2"
        self.shop[PRODUCT]["p2"]["parent"] = "p1"
        self.import_record("p1")
        first, second = self.binding("p1"), self.binding("p2")
        self.assertEqual(first.parent_id, second.odoo_id)
        self.assertFalse(second.parent_id)
        self.import_record("p2", force=True)
        self.assertEqual(second.parent_id, first.odoo_id)

    def test_record_that_depends_on_itself(self):
        self.shop[PRODUCT]["p1"]["parent"] = "p1"
        self.import_record("p1")
        self.assertTrue(self.binding("p1"))

    def test_second_import_changes_nothing(self):
        self.import_record("p1")
        binding = self.binding("p1")
        with mock.patch.object(type(binding), "write") as write:
            result = self.import_record("p1")
        write.assert_not_called()
        self.assertIn("up to date", result)

    def test_change_arrives(self):
        self.import_record("p1")
        self.shop[PRODUCT]["p1"]["label"] = "Thriller"
        self.import_record("p1")
        self.assertEqual(self.binding("p1").name, "Thriller")
        self.assertEqual(self.env[PRODUCT].search_count([("backend_id", "=", self.backend.id)]), 1)

    def test_picture_that_goes_takes_no_other_change_with_it(self):
        self.shop[PRODUCT]["p1"]["image"] = PIXEL
        self.import_record("p1")
        product = self.binding("p1").odoo_id
        self.assertTrue(product.image_1920)
        change = {"image": "", "label": "Thriller", "price": 3.0, "code": "T1", "shelves": ["c1"]}
        self.shop[PRODUCT]["p1"].update(change)
        self.import_record("p1")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(product.image_1920)
        self.assertEqual((product.name, product.price, product.code), ("Thriller", 3.0, "T1"))
        self.assertEqual(product.shelf_ids.name, "Books")

    def test_each_record_is_written_once(self):
        self.import_record("p1")
        binding, writes = self.binding("p1"), []
        for model in (type(binding), type(binding.odoo_id)):

            def write(records, vals, model=model):
                writes.append((records._name, records.ids, vals, dict(records.env.context)))
                return super(model, records).write(vals)

            self.patch(model, "write", write)
        with self.component("record.importer") as importer:
            importer._update(binding, {"name": "Go", "price": 1.0, "external_version": "2"})
            importer._update(binding, {"price": 2.0})
            importer._update(binding, {})
        product = binding.odoo_id
        self.assertEqual(
            [(name, ids, vals) for name, ids, vals, _context in writes],
            [
                (product._name, product.ids, {"name": "Go", "price": 1.0}),
                (PRODUCT, binding.ids, {"external_version": "2"}),
                (product._name, product.ids, {"price": 2.0}),
                (PRODUCT, binding.ids, {}),
            ],
        )
        self.assertTrue(all(context["connector_no_export"] for *_rest, context in writes))

    def test_inherited_values_belong_to_the_new_record(self):
        self.import_record("p1")
        binding = self.binding("p1")
        former, other = binding.odoo_id, self.binding("p1").odoo_id.copy({"name": "Other"})
        with self.component("record.importer") as importer:
            importer._update(binding, {"name": "Moved", "odoo_id": other.id})
        self.assertEqual(binding.odoo_id, other)
        self.assertEqual((former.name, other.name), ("Novel", "Moved"))

    def test_force(self):
        self.import_record("p1")
        self.binding("p1").odoo_id.name = "Changed here"
        self.import_record("p1")
        self.assertEqual(self.binding("p1").name, "Changed here")
        self.import_record("p1", force=True)
        self.assertEqual(self.binding("p1").name, "Novel")

    def test_date_decides_where_no_version_is_stored(self):
        """Bindings of earlier versions of a connector have a date only."""
        record = self.shop[PRODUCT]["p1"]
        self.import_record("p1")
        binding = self.binding("p1")
        for age, imported in ((timedelta(hours=1), False), (-timedelta(hours=1), True)):
            binding.write({"external_version": False, "name": "old"})
            record["updated"] = (binding.sync_date - age).isoformat() + "+00:00"
            self.import_record("p1")
            self.assertEqual(binding.name == "Novel", imported)

    def test_close_dates_are_no_proof(self):
        self.import_record("p1")
        binding = self.binding("p1")
        binding.write({"external_version": False, "name": "old"})
        self.shop[PRODUCT]["p1"]["updated"] = str(binding.sync_date - timedelta(seconds=5))
        self.import_record("p1")
        self.assertEqual(binding.name, "Novel")

    def test_version_of_records_that_are_no_json(self):
        with self.component("record.importer") as importer:
            importer._set_up("p1")
            importer.external_record = {"at": fields.Datetime.now(), "data": b"x"}
            first = importer._external_version()
            self.assertEqual(first, importer._external_version())
            importer.external_record["data"] = b"y"
            self.assertNotEqual(first, importer._external_version())
            importer.external_record = {1: "a", "b": "c"}
            self.assertIsNone(importer._external_version(), "keys that can't be sorted")

    def test_skip(self):
        self.shop[PRODUCT]["p1"]["hidden"] = True
        self.assertEqual(self.import_record("p1"), "hidden")
        self.assertFalse(self.binding("p1"))
        self.assertFalse(self.binding("c1", CATEGORY))

    def test_invalid_data(self):
        self.shop[PRODUCT]["p1"]["price"] = -1
        with self.assertRaises(InvalidDataError):
            self.import_record("p1")

    def test_missing_record(self):
        self.assertIn("p9", self.import_record("p9"))
        self.assertFalse(self.binding("p9"))

    def test_record_deleted_over_there(self):
        self.import_record("p1")
        product = self.binding("p1").odoo_id
        del self.shop[PRODUCT]["p1"]
        self.import_record("p1")
        self.assertFalse(self.binding("p1"))
        self.assertFalse(product.active)

    def test_record_deleted_over_there_without_deleter(self):
        self.import_record("c1", CATEGORY)
        del self.shop[CATEGORY]["c1"]
        self.import_record("c1", CATEGORY)
        self.assertTrue(self.binding("c1", CATEGORY))

    def test_record_that_was_read_already(self):
        with self.component("record.importer") as importer:
            importer.run("p1", external_record={"label": "Given", "price": 1})
        self.assertEqual(self.binding("p1").name, "Given")
        self.assertFalse(self.calls("read"))

    def test_archived_record_is_updated_and_not_created_again(self):
        self.import_record("p1")
        binding = self.binding("p1")
        binding.odoo_id.active = False
        self.shop[PRODUCT]["p1"]["label"] = "Thriller"
        self.import_record("p1")
        self.assertEqual(binding.odoo_id.name, "Thriller")

    def test_steps_in_order(self):
        steps = []
        with self.component("record.importer") as importer:
            for name in (
                "_start_transaction",
                "_lock",
                "_get_binding",
                "_read",
                "_skip_reason",
                "_before_import",
                "_import_dependencies",
                "_map_data",
                "_create_data",
                "_validate_data",
                "_create",
                "_bind",
                "_after_import",
            ):
                self.spy(importer, name, steps)
            importer.run("p1")
        self.assertEqual(
            steps,
            [
                "_start_transaction",
                "_lock",
                "_get_binding",
                "_read",
                "_skip_reason",
                "_before_import",
                "_import_dependencies",
                "_get_binding",  # as a dependency was imported
                "_map_data",
                "_create_data",
                "_validate_data",
                "_create",
                "_bind",
                "_after_import",
            ],
        )

    def spy(self, importer, name, steps):
        method = getattr(importer, name)

        def step(*args, **kwargs):
            steps.append(name)
            return method(*args, **kwargs)

        setattr(importer, name, step)

    def test_lock_is_the_first_query(self):
        """What comes before the lock would fix a snapshot that is older than the lock."""
        with self.component("record.importer") as importer:
            queries = []
            execute = self.env.cr.execute

            def spy(query, *args, **kwargs):
                queries.append(str(query))
                return execute(query, *args, **kwargs)

            with mock.patch.object(self.env.cr, "execute", spy):
                importer.run("p1")
        self.assertIn("pg_try_advisory_xact_lock", queries[0])

    def test_a_job_begins_with_a_transaction_of_its_own(self):
        module = "odoo.addons.connector.components.record_importer.owns_transaction"
        with self.component("record.importer") as importer:
            with mock.patch(module, return_value=True), self.commits() as commit:
                importer._start_transaction()
                commit.assert_called_once()
            with mock.patch(module, return_value=True), self.commits() as commit:
                importer.work.importing = (("m", "x"),)
                importer._start_transaction()
                commit.assert_not_called()

    def commits(self):
        return mock.patch.object(self.env.cr, "commit")

    @mute_logger("odoo.sql_db")
    def test_gives_way_to_a_binding_that_appears_meanwhile(self):
        def other_import(external_id):
            """Stand in for another job of ours, in the same transaction and so visible."""
            self.shop["on_read"] = None
            self.env[PRODUCT].create(
                {"backend_id": self.backend.id, "external_id": external_id, "name": "other"}
            )

        with self.component("record.importer") as importer:
            importer._get_binding = mock.Mock(
                side_effect=[self.env[PRODUCT], self.env[PRODUCT], self.env[PRODUCT]]
            )
            importer._prepare = lambda: other_import("p1")
            importer._get_binding.side_effect = lambda: (
                self.binding("p1") if importer.external_record else self.env[PRODUCT]
            )
            self.shop[PRODUCT]["p1"]["category"] = None
            importer.run("p1")
        self.assertEqual(len(self.binding("p1")), 1)
        self.assertEqual(self.binding("p1").name, "Novel")

    @mute_logger("odoo.sql_db")
    def test_binding_that_can_not_be_seen_yet(self):
        self.env[PRODUCT].create(
            {"backend_id": self.backend.id, "external_id": "p1", "name": "other"}
        )
        with self.component("record.importer") as importer:
            importer._get_binding = lambda: self.env[PRODUCT]
            with self.assertRaises(RetryableJobError) as caught:
                importer.run("p1")
        self.assertTrue(caught.exception.ignore_retry)
        self.assertEqual(caught.exception.seconds, importer._lock_retry_seconds)

    def test_dependency_that_another_job_has_just_bound(self):
        """It is not even tried: each failed INSERT would be an error in the log."""
        owns = "odoo.addons.connector.components.record_importer.owns_transaction"
        with self.component("record.importer", CATEGORY) as importer:
            importer.work.importing = ((PRODUCT, "p1"),)
            importer._is_bound_elsewhere = lambda: True
            importer._create = mock.Mock()
            with (
                mock.patch(owns, return_value=True),
                self.assertRaises(RetryableJobError) as caught,
            ):
                importer.run("c1")
            importer._create.assert_not_called()
        self.assertTrue(caught.exception.ignore_retry)

    @mute_logger("odoo.sql_db")
    def test_other_unique_violations_are_errors(self):
        self.env["test.connector.product"].create({"name": "same code", "code": "A"})
        self.shop[PRODUCT]["p1"]["code"] = "A"
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self.import_record("p1")

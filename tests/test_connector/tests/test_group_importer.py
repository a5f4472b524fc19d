# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.connector.database import pg_try_advisory_lock
from odoo.addons.connector.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase

IDS = ["p1", "p2", "p3"]


@tagged("post_install", "-at_install")
class TestGroupImporter(ShopCase):
    def setUp(self):
        super().setUp()
        self.products = self.env[PRODUCT]

    def import_group(self, ids=IDS, model=PRODUCT, **kwargs):
        """Import records together; return the jobs that were made for single ones."""
        with trap_jobs() as trap:
            self.result = self.env[model].import_group(self.backend, ids, **kwargs)
        return sorted(job.args[1] for job in trap.enqueued_jobs)

    def names(self):
        bindings = self.products.search([("backend_id", "=", self.backend.id)])
        return {binding.external_id: binding.name for binding in bindings}

    def row_versions(self):
        """Return what changes with each write on a row, also if it writes the same values."""
        self.env.flush_all()
        query = SQL(
            "SELECT array_agg((ctid, xmin)::text ORDER BY id) FROM %s",
            SQL.identifier(self.products._table),
        )
        return self.env.execute_query(query)

    def test_create(self):
        self.assertEqual(self.import_group(), [])
        self.assertEqual(self.names(), {"p1": "Novel", "p2": "Kite", "p3": "Atlas"})
        for binding in self.products.search([]):
            self.assertTrue(binding.sync_date)
            self.assertTrue(binding.category_id)
            self.assertEqual(binding.odoo_id.exported_writes, 0)
        self.assertIn("3", self.result)

    def test_second_time_changes_nothing(self):
        self.import_group()
        before = self.products.search([]).mapped("sync_date")
        rows = self.row_versions()
        self.import_group()
        self.assertEqual(self.row_versions(), rows)
        self.assertEqual(self.products.search([]).mapped("sync_date"), before)

    def test_reason_not_to_import_is_in_the_result(self):
        self.import_group(["p1"])
        self.shop[PRODUCT]["p2"]["hidden"] = True
        self.import_group()
        self.assertEqual(self.names(), {"p1": "Novel", "p3": "Atlas"})
        # p1 is up to date, which is nothing to tell.
        self.assertEqual(self.result.splitlines()[1:], ["hidden"])

    def test_update_and_create(self):
        self.import_record("p2")
        self.shop[PRODUCT]["p2"]["label"] = "Balloon"
        self.import_group()
        self.assertEqual(self.names(), {"p1": "Novel", "p2": "Balloon", "p3": "Atlas"})

    def test_force(self):
        self.import_group()
        self.binding("p1").odoo_id.name = "changed"
        self.import_group()
        self.assertEqual(self.names()["p1"], "changed")
        self.import_group(force=True)
        self.assertEqual(self.names()["p1"], "Novel")

    def test_one_create_and_one_lookup(self):
        self.import_record("c1", CATEGORY)
        self.import_record("c2", CATEGORY)
        self.env.flush_all()
        created = []
        create = type(self.products).create

        def spy(records, vals_list):
            created.append(len(vals_list))
            return create(records, vals_list)

        self.patch(type(self.products), "create", spy)
        self.import_group()
        self.assertEqual(created, [3])

    def test_dependencies_are_looked_up_together(self):
        """What is known is asked for with one query, what isn't is searched and imported once."""
        self.shop[PRODUCT] = {
            f"p{number}": {"label": "x", "category": f"c{number % 3 + 1}"} for number in range(10)
        }
        self.shop[CATEGORY]["c3"] = {"label": "New"}
        self.import_record("c1", CATEGORY)
        self.import_record("c2", CATEGORY)
        searched, together = [], []
        with self.component("binder") as binder:
            binder_class = type(binder)
        search, find = binder_class._search_binding, binder_class.bindings_by_external_id

        def spy(binder, external_id):
            searched.append((binder.model._name, external_id))
            return search(binder, external_id)

        def spy_together(binder, external_ids):
            together.append((binder.model._name, sorted(external_ids)))
            return find(binder, external_ids)

        self.patch(binder_class, "_search_binding", spy)
        self.patch(binder_class, "bindings_by_external_id", spy_together)
        self.import_group(sorted(self.shop[PRODUCT]))
        self.assertIn((CATEGORY, ["c1", "c2", "c3"]), together)
        # The record whose category was imported looks whether that has brought itself along.
        self.assertEqual(set(searched), {(CATEGORY, "c3"), (PRODUCT, "p2")})
        self.assertEqual(len(self.names()), 10)

    def test_queries_do_not_grow_with_the_records(self):
        """But for those that write."""
        counts = []
        for ids in (range(10), range(100, 140)):
            self.shop[PRODUCT] = {f"p{n}": {"label": "x", "category": f"c{n}"} for n in ids}
            self.shop[CATEGORY] = {f"c{n}": {"label": "y"} for n in ids}
            for external_id in self.shop[CATEGORY]:
                self.import_record(external_id, CATEGORY)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.import_group(sorted(self.shop[PRODUCT]))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 5)

    def test_failure_undoes_nothing_of_the_others(self):
        self.shop[PRODUCT]["p2"]["price"] = -1
        self.assertEqual(self.import_group(), ["p2"])
        self.assertEqual(self.names(), {"p1": "Novel", "p3": "Atlas"})
        self.assertIn("2 records imported, 1 left", self.result)
        self.assertEqual(self.calls("read").count(("read", "p1")), 1, "not read again")

    def test_reasons_are_told_once(self):
        self.shop[PRODUCT]["p1"]["hidden"] = True
        self.shop[PRODUCT]["p2"]["price"] = -1
        self.assertEqual(self.import_group(), ["p2"])
        self.assertEqual(self.result.splitlines()[1:], ["hidden"])

    def test_what_was_looked_up_is_forgotten_in_the_end(self):
        with self.component("group.importer") as importer:
            importer.run(IDS)
            self.assertIsNone(importer.work.known_bindings)

    def test_what_was_looked_up_is_forgotten_after_a_rollback(self):
        """The category is imported for p1, which then fails and takes it away with it."""
        self.shop[PRODUCT]["p1"]["price"] = -1
        self.assertEqual(self.import_group(["p1", "p3"]), ["p1"])
        self.assertEqual(self.binding("p3").category_id.name, "Books")
        self.assertTrue(self.binding("c1", CATEGORY).exists())

    def test_same_id_twice(self):
        self.import_group(["p1", "p1", "p2"])
        self.assertEqual(set(self.names()), {"p1", "p2"})

    def test_records_that_depend_on_each_other(self):
        self.shop[PRODUCT]["p1"]["parent"] = "p2"
        self.shop[PRODUCT]["p3"]["parent"] = "p1"
        self.assertEqual(self.import_group(), [])
        self.assertEqual(self.binding("p1").parent_id, self.binding("p2").odoo_id)
        self.assertEqual(self.binding("p3").parent_id, self.binding("p1").odoo_id)
        self.assertEqual(len(self.names()), 3)

    def test_a_dependency_that_was_prepared_already(self):
        self.shop[PRODUCT]["p3"]["parent"] = "p1"
        self.assertEqual(self.import_group(["p1", "p3"]), [])
        self.assertEqual(self.binding("p3").parent_id, self.binding("p1").odoo_id)

    @mute_logger("odoo.sql_db")
    def test_one_bad_record_is_left_apart(self):
        self.shop[PRODUCT]["p2"]["price"] = -1
        self.assertEqual(self.import_group(), ["p2"])
        self.assertEqual(set(self.names()), {"p1", "p3"})

    @mute_logger("odoo.sql_db")
    def test_one_record_that_can_not_be_created(self):
        self.env["test.connector.product"].create({"name": "same code", "code": "A"})
        self.shop[PRODUCT]["p2"]["code"] = "A"
        self.assertEqual(self.import_group(force=True), ["p2"])
        self.assertEqual(set(self.names()), {"p1", "p3"})

    def test_force_is_handed_to_the_jobs_apart(self):
        self.shop[PRODUCT]["p2"]["price"] = -1
        with trap_jobs() as trap:
            self.products.import_group(self.backend, IDS, force=True)
        trap.assert_enqueued_job(
            self.products.import_record, args=(self.backend, "p2"), kwargs={"force": True}
        )

    def test_locked_record_is_left_apart(self):
        cr = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cr.close)
        with self.component("record.importer") as importer:
            importer._set_up("p2")
            pg_try_advisory_lock(api.Environment(cr, SUPERUSER_ID, {}), importer._lock_name())
        self.assertEqual(self.import_group(), ["p2"])
        self.assertEqual(set(self.names()), {"p1", "p3"})

    def test_missing_records(self):
        self.import_group()
        product = self.binding("p2").odoo_id
        del self.shop[PRODUCT]["p2"]
        self.assertEqual(self.import_group(["p1", "p2", "p9"]), [])
        self.assertFalse(product.active)
        self.assertEqual(set(self.names()), {"p1", "p3"})

    def test_skipped_record(self):
        self.shop[PRODUCT]["p2"]["hidden"] = True
        self.assertEqual(self.import_group(), [])
        self.assertEqual(set(self.names()), {"p1", "p3"})

    def test_adapter_that_reads_many(self):
        with self.component("group.importer") as importer:
            base = importer.backend_adapter

            class Adapter:
                def read_many(self, ids):
                    return {key: base.read(key) for key in ids if key in base.records}

            importer._backend_adapter = Adapter()
            importer.run([*IDS, "p9"])
        self.assertEqual(set(self.names()), set(IDS))

    def test_serialization_failure_restarts_the_job(self):
        """It is no fault of one record: nothing more can be done in this transaction."""
        with self.component("group.importer") as importer:
            with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
                importer._attempt(None, lambda _importer: self.provoke_operational_error())
            self.assertEqual(caught.exception.pgcode, "55P03")

    def provoke_operational_error(self):
        cr = db_connect(self.env.cr.dbname).cursor()
        try:
            lang = self.env.ref("base.lang_en").id
            cr.execute("SELECT 1 FROM res_lang WHERE id = %s FOR UPDATE", (lang,))
            self.env.cr.execute("SELECT 1 FROM res_lang WHERE id = %s FOR UPDATE NOWAIT", (lang,))
        finally:
            cr.close()

    def test_a_locked_dependency_leaves_only_its_record_apart(self):
        with self.component("group.importer") as importer:
            failing = importer.component(usage="record.importer")
            failing._set_up("p1")

            def step(_importer):
                raise RetryableJobError("locked")

            importer._attempt(failing, step)
            self.assertEqual(importer._failed, [failing])

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.connector.exception import InvalidDataError, NetworkRetryableError
from odoo.addons.connector.models import backend_jobs
from odoo.addons.connector.models.backend_kinds import backend_models, binding_models
from odoo.addons.queue_job.exception import FailedJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CATEGORY, PRODUCT, ShopCase

NUMBER = "test.connector.number.binding"
BACKEND = "test.connector.backend"


class StatusCase(ShopCase):
    def kind(self, model=PRODUCT, backend=None):
        """Return the line of a binding model."""
        self.env.invalidate_all()
        kinds = (backend or self.backend).kind_status_ids
        return kinds.filtered(lambda kind: kind.model == model)

    def set_state(self, jobs, state):
        """Put jobs into a state, as the engine does: by SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET state = %s, run_token = %s WHERE uuid = ANY(%s)",
            (state, 1 if state in ("started", "enqueued") else None, [job.uuid for job in jobs]),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestKinds(StatusCase):
    def test_models_are_found(self):
        self.assertIn(BACKEND, backend_models(self.env))
        self.assertNotIn("test.connector.plain.backend", backend_models(self.env))
        self.assertNotIn("connector.backend.status", backend_models(self.env))
        found = binding_models(self.env, BACKEND)
        self.assertEqual(found[PRODUCT], "backend_id")
        self.assertEqual(found["test.connector.own.binding"], "shop_id")
        self.assertEqual(found["test.connector.legacy.binding"], "backend_id")
        self.assertNotIn("external.binding", found)
        self.assertEqual(binding_models(self.env, "test.connector.plain.backend"), {})

    def test_one_line_per_binding_model_and_backend(self):
        other = self.backend.copy({"name": "other"})
        for backend in (self.backend, other):
            self.assertEqual(
                set(backend.kind_status_ids.mapped("model")), set(binding_models(self.env, BACKEND))
            )
        self.assertFalse(self.backend.kind_status_ids & other.kind_status_ids)
        self.assertFalse(self.env[BACKEND].new({"name": "new"}).kind_status_ids)

    def test_labels(self):
        self.assertEqual(self.kind().label, "Test Product")
        self.assertEqual(self.kind(NUMBER).label, self.env[NUMBER]._description)

    def test_records_and_dates(self):
        self.assertEqual(self.kind().record_count, 0)
        self.assertFalse(self.kind().last_import_date)
        self.import_record("p1")
        self.binding("p1").last_import_date = "2026-01-01 10:00:00"
        self.import_record("p2")
        self.assertEqual(self.kind().record_count, 2)
        self.assertEqual(self.kind().last_import_date, self.binding("p2").last_import_date)
        self.assertFalse(self.kind().last_export_date)
        self.assertEqual(self.kind(CATEGORY).record_count, 2)
        self.assertEqual(self.backend.record_count, 4)
        self.assertEqual(self.backend.last_import_date, self.binding("p2").last_import_date)
        self.env[PRODUCT].create({"name": "New", "backend_id": self.backend.id})
        self.assertEqual(self.kind().record_count, 2, "not exported yet")
        other = self.backend.copy({"name": "other"})
        self.assertEqual(self.kind(backend=other).record_count, 0)

    def test_integer_that_was_left_empty_is_no_id(self):
        self.env[NUMBER].create([{"backend_id": self.backend.id, "external_id": n} for n in (0, 4)])
        self.assertEqual(self.kind(NUMBER).record_count, 1)

    def test_export_date(self):
        binding = self.env[PRODUCT].create({"name": "New", "backend_id": self.backend.id})
        binding.export_record()
        self.assertTrue(binding.last_export_date)
        self.assertFalse(binding.last_import_date)
        self.assertEqual(self.kind().last_export_date, binding.last_export_date)
        binding.last_export_date = "2026-01-01"
        with self.component("record.exporter") as exporter:
            exporter._has_to_skip = lambda: True
            exporter.run(binding)
        self.assertEqual(binding.last_export_date, fields.Datetime.to_datetime("2026-01-01"))

    def test_import_date_of_a_skipped_record_stays(self):
        self.import_record("p1")
        self.binding("p1").last_import_date = "2026-01-01"
        self.import_record("p1")
        self.assertEqual(
            self.binding("p1").last_import_date, fields.Datetime.to_datetime("2026-01-01")
        )

    def test_what_the_buttons_do(self):
        self.import_record("p1")
        action = self.kind().action_open_bindings()
        self.assertEqual(self.env[PRODUCT].search(action["domain"]), self.binding("p1"))
        with trap_jobs() as trap:
            notice = self.kind().action_import()
        trap.assert_jobs_count(1, only=self.env[PRODUCT].import_batch)
        self.assertEqual(notice["params"]["type"], "success")
        self.assertTrue(self.backend.import_products_from, "imported from a date on")
        with trap_jobs() as trap:
            self.kind(CATEGORY).action_import()
        trap.assert_enqueued_job(self.env[CATEGORY].import_batch, args=(self.backend,), kwargs={})

    def test_what_can_not_be_imported(self):
        with mock.patch.object(type(self.kind()), "_compute_can_import", autospec=True) as compute:
            compute.side_effect = lambda kinds: kinds.update({"can_import": False})
            with self.assertRaises(UserError):
                self.kind().action_import()
        self.assertTrue(self.kind().can_import)

    def test_import_needs_the_right_to_write(self):
        user = new_test_user(self.env, "reader", "base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "read",
                "model_id": self.env["ir.model"]._get_id(BACKEND),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
                "perm_write": False,
            }
        )
        kind = self.kind().with_user(user)
        self.assertEqual(kind.record_count, 0)
        with self.assertRaises(AccessError):
            kind.action_import()
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_test_connection()


@tagged("post_install", "-at_install")
class TestJobsOfBackend(StatusCase):
    def setUp(self):
        super().setUp()
        self.other = self.backend.copy({"name": "other"})
        self.bound = self.env[PRODUCT].create({"name": "New", "backend_id": self.backend.id})
        bound_there = self.env[PRODUCT].create({"name": "New", "backend_id": self.other.id})
        products = self.env[PRODUCT]
        self.jobs = [
            products.with_delay().import_record(self.backend, "p1"),
            products.with_delay().import_batch(backend=self.backend, filters=None),
            self.bound.with_delay(eta=3600).export_record(),
            self.env[CATEGORY].with_delay().import_record(self.backend, "c1"),
            self.backend.with_delay().import_since(PRODUCT, "import_products_from"),
        ]
        self.foreign = [
            products.with_delay().import_record(self.other, "p1"),
            bound_there.with_delay().export_record(),
            self.env["res.partner"].with_delay().name_create("x"),
            self.env["test.connector.own.binding"].with_delay().name_search("x"),
        ]
        self.env.flush_all()

    def counts(self, record):
        return record.job_waiting_count, record.job_failed_count

    def test_counts(self):
        self.assertEqual(self.counts(self.kind()), (3, 0))
        self.assertEqual(self.counts(self.kind(CATEGORY)), (1, 0))
        self.assertEqual(self.counts(self.backend), (5, 0))
        self.assertEqual(self.counts(self.other), (2, 0))
        self.set_state(self.jobs[:1], "failed")
        self.set_state(self.jobs[1:2], "started")
        self.assertEqual(self.counts(self.kind()), (2, 1))
        self.set_state(self.jobs[1:2], "done")
        self.set_state(self.jobs[2:3], "wait_dependencies")
        self.assertEqual(self.counts(self.kind()), (1, 1))
        self.assertEqual(self.counts(self.backend), (3, 1))

    def test_lists(self):
        self.set_state(self.jobs[:1], "failed")
        self.set_state(self.jobs[1:2], "done")
        jobs = self.env["queue.job"]

        def found(action):
            return {job.uuid for job in jobs.search(action["domain"])}

        def uuids(chosen):
            return {job.uuid for job in chosen}

        self.assertEqual(
            found(self.backend.action_open_jobs()), uuids([self.jobs[0], *self.jobs[2:]])
        )
        self.assertEqual(found(self.backend.action_open_failed_jobs()), uuids(self.jobs[:1]))
        self.assertEqual(found(self.kind().action_open_jobs()), uuids(self.jobs[:3]))
        self.assertEqual(found(self.other.action_open_jobs()), uuids(self.foreign[:2]))

    def test_backend_of_a_job(self):
        for job in self.jobs:
            self.assertEqual(job.db_record().backend_ref, self.backend)
        self.assertEqual(self.foreign[1].db_record().backend_ref, self.other)
        self.assertFalse(self.foreign[2].db_record().backend_ref)
        self.other.kind_status_ids.invalidate_recordset()
        self.env[PRODUCT].search([("backend_id", "=", self.other.id)]).unlink()
        self.other.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.foreign[0].db_record().backend_ref)

    def test_search_for_nonsense(self):
        jobs = self.env["queue.job"]
        for value in ("no.model,1", "res.partner,1", f"{BACKEND},x", False):
            self.assertFalse(jobs.search([("backend_ref", "=", value)]), value)

    def test_no_job_that_is_done_is_looked_at(self):
        """Millions of them must not slow the form down: each part has a partial index."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for condition in backend_jobs._OPEN:
            query = f"EXPLAIN SELECT model_name FROM queue_job WHERE {condition.code}"
            self.env.cr.execute(query)
            plan = "\n".join(line for (line,) in self.env.cr.fetchall())
            self.assertRegex(plan, r"Index( Only)? Scan|Bitmap Index Scan", condition.code)


@tagged("post_install", "-at_install")
class TestConnectionTest(StatusCase):
    def test_success(self):
        action = self.backend.action_test_connection()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(action["params"]["message"], "2 categories")
        self.assertEqual(self.backend.connection_state, "ok")
        self.assertEqual(self.backend.connection_message, "2 categories")
        self.assertTrue(self.backend.connection_date)

    def test_failure(self):
        for error in (
            NetworkRetryableError("http://x: no answer in time"),
            FailedJobError("http://x: no answer in time"),
            InvalidDataError("http://x: no answer in time"),
        ):
            with mock.patch.object(type(self.backend), "_test_connection", side_effect=error):
                action = self.backend.action_test_connection()
            self.assertEqual(action["params"]["type"], "danger")
            self.assertTrue(action["params"]["sticky"])
            self.assertIn("no answer", action["params"]["message"])
            self.assertEqual(self.backend.connection_state, "failed")
            self.assertIn("no answer", self.backend.connection_message)

    def test_mistakes_in_the_code_are_not_hidden(self):
        with mock.patch.object(type(self.backend), "_test_connection", side_effect=KeyError):
            with self.assertRaises(KeyError):
                self.backend.action_test_connection()

    def test_new_settings_make_the_result_void(self):
        self.backend.action_test_connection()
        self.backend.name = "another name"
        self.assertEqual(self.backend.connection_state, "ok")
        self.backend.url = "http://elsewhere"
        self.assertEqual(self.backend.connection_state, "unknown")
        self.assertFalse(self.backend.connection_message)

    def test_result_is_not_copied(self):
        self.backend.action_test_connection()
        self.assertEqual(self.backend.copy({"name": "x"}).connection_state, "unknown")

    def test_no_test(self):
        forked = self.env["connector.backend.status"]
        with self.assertRaises(UserError):
            forked._test_connection()

    def test_checkpoints(self):
        self.assertEqual(self.backend.checkpoint_count, 0)
        product = self.env["test.connector.product"].create({"name": "Novel"})
        checkpoint = self.backend.add_checkpoint(product)
        self.env.invalidate_all()
        self.assertEqual(self.backend.checkpoint_count, 1)
        action = self.backend.action_open_checkpoints()
        self.assertEqual(self.env["connector.checkpoint"].search(action["domain"]), checkpoint)
        checkpoint.reviewed()
        self.env.invalidate_all()
        self.assertEqual(self.backend.checkpoint_count, 0)

    def test_views_can_be_inherited(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "form",
                "model": BACKEND,
                "mode": "primary",
                "inherit_id": self.env.ref("connector.view_connector_backend_form").id,
                "arch": """
                    <group name="connection" position="inside"><field name="url"/></group>
                """,
            }
        )
        manager = new_test_user(
            self.env, "manager", "base.group_user,connector.group_connector_manager"
        )
        with Form(self.env[BACKEND].with_user(manager), view) as form:
            form.name = "From the form"
            form.url = "http://127.0.0.1"
        self.assertEqual(form.record.connection_state, "unknown")
        for kind in ("list", "search"):
            parent = self.env.ref(f"connector.view_connector_backend_{kind}")
            self.assertEqual(parent.model, "connector.backend.status")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.exception import FailedJobError

from ..components.adapter_json2 import OdooJson2Adapter
from .common import OdooConnectorCase


@tagged("post_install", "-at_install")
class TestBackend(OdooConnectorCase):
    def test_a_new_backend_imports_all_kinds_in_order(self):
        self.assertEqual(
            self.backend.kind_ids.mapped("binding_model")[:4],
            [
                "odoo.res.country",
                "odoo.res.country.state",
                "odoo.res.partner.category",
                "odoo.res.partner",
            ],
        )
        options = [kind._job_options()["priority"] for kind in self.backend.kind_ids]
        self.assertEqual(options, sorted(options))

    def test_only_managers_see_the_key(self):
        user = new_test_user(self.env, "reader", "base.group_user")
        backend = self.backend.with_user(user)
        self.assertEqual(backend.url, "http://odoo.example.com")
        with self.assertRaises(AccessError):
            backend.read(["key"])

    def test_key_is_not_copied(self):
        self.assertFalse(self.backend.copy({"key": "other"}).key == "secret")

    def test_address_is_checked(self):
        for url in ("odoo.example.com", "ftp://odoo.example.com", "http://me:pw@odoo.example.com"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.backend.url = url

    def test_version_chooses_the_protocol(self):
        for version, name in (("19.0", "odoo.adapter.json2"), ("any", "odoo.adapter.xmlrpc")):
            self.backend.version = version
            with self.backend.work_on("odoo.res.partner") as work:
                self.assertEqual(work.component(usage="backend.adapter")._name, name)

    def test_connection_test_tells_what_is_wrong(self):
        with mock.patch.object(OdooJson2Adapter, "connect", side_effect=FailedJobError("No!")):
            action = self.backend.action_test_connection()
        self.assertEqual((action["params"]["type"], action["params"]["message"]), ("danger", "No!"))
        self.assertEqual(self.backend.connection_state, "failed")
        with mock.patch.object(OdooJson2Adapter, "connect", return_value="19.0"):
            action = self.backend.action_test_connection()
        self.assertIn("19.0", action["params"]["message"])
        self.assertEqual(self.backend.connection_state, "ok")
        self.backend.key = "another"
        self.assertEqual(self.backend.connection_state, "unknown")


@tagged("post_install", "-at_install")
class TestJobs(OdooConnectorCase):
    def setUp(self):
        super().setUp()
        self.backend = self.backend.with_context(queue_job__no_delay=False)

    def test_import_all_enqueues_one_batch_job_per_kind(self):
        self.backend.kind_ids[0].enabled = False
        self.backend.action_import_all()
        jobs = self.env["queue.job"].browse(self.backend._job_ids())
        self.assertEqual(
            set(jobs.mapped("model_name")), set(self.backend.kind_ids[1:].mapped("binding_model"))
        )
        self.assertEqual(set(jobs.mapped("channel")), {"root.connector_odoo"})
        self.assertEqual(self.backend._import_progress()["total"], len(jobs))
        self.assertEqual(self.backend._import_progress()["done"], 0)
        self.assertEqual(self.backend.job_count, len(jobs))
        self.assertEqual(self.backend.action_view_jobs()["domain"], [("id", "in", jobs.ids)])

    def test_jobs_of_other_backends_do_not_count(self):
        other = self.backend.copy({"key": "x"})
        self.backend.action_import_all()
        other.action_import_all()
        self.assertFalse(set(self.backend._job_ids()) & set(other._job_ids()))

    def test_failed_jobs_are_counted_apart(self):
        self.backend.action_import_all()
        job_id = self.backend._job_ids()[0]
        self.env.flush_all()
        self.env.cr.execute("UPDATE queue_job SET state = 'failed' WHERE id = %s", [job_id])
        self.env.cr.execute("UPDATE queue_job SET state = 'done' WHERE id != %s", [job_id])
        self.assertEqual(self.backend.job_failed_count, 1)
        expected = 100 * (1 - 1 / len(self.backend._job_ids()))
        self.assertAlmostEqual(self.backend.import_progress, expected)
        found = self.env["queue.job"].search(self.backend.action_open_failed_jobs()["domain"])
        self.assertEqual(found.ids, [job_id])

    def test_no_secret_in_any_job(self):
        self.backend.action_import_all()
        self.env.flush_all()
        self.env.cr.execute("SELECT count(*) FROM queue_job j WHERE j::text LIKE '%secret%'")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_every_job_method_has_a_channel_and_a_retry_pattern(self):
        functions = self.env["queue.job.function"]
        for model in self.backend.kind_ids.mapped("binding_model"):
            for method in (
                "import_batch",
                "import_group",
                "import_record",
                "import_deletions",
                "delete_record",
            ):
                config = functions.job_config(functions.job_function_name(model, method))
                self.assertEqual(config.channel, "root.connector_odoo")
                self.assertEqual(config.retry_pattern, {1: 5, 2: 20, 3: 60})

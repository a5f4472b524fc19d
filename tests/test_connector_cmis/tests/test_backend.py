# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.exception import FailedJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import CmisCase


@tagged("post_install", "-at_install")
class TestBackend(CmisCase):
    def test_connection(self):
        action = self.backend.action_test_connection()
        self.assertEqual(
            action["params"]["message"],
            "Connected to the repository The main repository (Small CMIS 1.0).",
        )
        self.assertEqual(self.backend.connection_state, "ok")

    def test_connection_that_does_not_work(self):
        for path, message in (
            ("/elsewhere", "no CMIS repository"),
            ("/cmis/1.1/browser/main/root?cmisselector=object", "not the browser binding"),
        ):
            self.backend.url = f"{self.server.url}{path}"
            action = self.backend.action_test_connection()
            self.assertEqual(action["params"]["type"], "danger")
            self.assertIn(message, self.backend.connection_message)

    def test_which_repository(self):
        self.repository.repository_ids = ["main", "other"]
        with self.assertRaisesRegex(FailedJobError, "main, other"):
            self.adapter().repository()
        self.backend.repository_id = "no such"
        with self.assertRaisesRegex(FailedJobError, "no such .*main, other"):
            self.adapter().repository()
        self.backend.repository_id = "main"
        self.assertEqual(self.adapter().repository()["repositoryId"], "main")

    def test_repository_is_asked_for_once(self):
        self.adapter().read_path("/")
        self.adapter().read_path("/")
        services = [request for request in self.server.requests if "/main" not in request.path]
        self.assertEqual(len(services), 1)

    def test_input_is_checked(self):
        for values in (
            {"url": "cmis.example.com"},
            {"url": "http://me:pw@cmis.example.com"},
            {"folder_path": "/a//b"},
            {"folder_path": "/a?"},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.backend.write(values)
        self.backend.folder_path = "/"
        self.backend.folder_path = "/Sites/Our Archive"

    def test_safe_names(self):
        for name, expected in (
            ("Offer 1/2: 'new'?.pdf", "Offer 1_2_ 'new'_.pdf"),
            ("two\nlines.", "two_lines"),
            ("Größe.txt", "Größe.txt"),
            ("..", "_"),
            (False, "_"),
        ):
            self.assertEqual(self.backend._safe_name(name), expected)

    def test_only_managers_see_the_password_and_start_jobs(self):
        user = new_test_user(self.env, "reader", "base.group_user")
        backend = self.backend.with_user(user)
        with self.assertRaises(AccessError):
            backend.read(["password"])
        for name in ("action_import_all", "action_export"):
            with self.assertRaises(AccessError):
                getattr(backend, name)()

    def test_import_begins_where_the_last_one_began(self):
        with trap_jobs() as trap:
            self.backend.action_import_all()
            trap.assert_enqueued_job(
                self.env["cmis.document"].import_batch, (self.backend,), {"filters": {}}
            )
            since = self.backend.documents_from
            self.backend.action_import_all()
            trap.assert_enqueued_job(
                self.env["cmis.document"].import_batch,
                (self.backend,),
                {"filters": {"from_date": since}},
            )

    def test_every_job_method_has_a_channel_and_a_retry_pattern(self):
        functions = self.env["queue.job.function"]
        for method in (
            "import_batch",
            "import_deletions",
            "import_record",
            "delete_record",
            "export_attachment",
            "export_missing",
            "export_record",
            "export_delete_record",
        ):
            config = functions.job_config(functions.job_function_name("cmis.document", method))
            self.assertEqual(config.channel, "root.cmis")
            self.assertTrue(config.retry_pattern)

    def test_views(self):
        for model in ("cmis.backend", "cmis.document"):
            self.env[model].get_views([(False, "list"), (False, "form"), (False, "search")])
        self.assertEqual(self.backend.kind_status_ids.mapped("model"), ["cmis.document"])
        self.assertTrue(self.backend.kind_status_ids.can_import)

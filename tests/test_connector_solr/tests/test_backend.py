# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import SolrCase


@tagged("post_install", "-at_install")
class TestBackend(SolrCase):
    def test_connection(self):
        product = self.create_product()
        self.run_jobs(
            self.env["solr.product"].with_delay().export_product, self.backend, product.id
        )
        action = self.backend.action_test_connection()
        self.assertIn("1 documents of ours", action["params"]["message"])
        self.assertEqual(self.backend.connection_state, "ok")

    def test_connection_that_does_not_work(self):
        self.core.ping_status = "DISABLED"
        self.assertEqual(self.backend.action_test_connection()["params"]["type"], "danger")
        self.assertIn("503", self.backend.connection_message)
        self.backend.core = "other"
        self.assertEqual(self.backend.connection_state, "unknown")
        self.backend.action_test_connection()
        self.assertIn("no core other", self.backend.connection_message)

    def test_address_is_checked(self):
        for url in ("solr.example.com", "http://me:pw@solr.example.com/solr"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.backend.url = url

    def test_source_is_checked(self):
        with self.assertRaisesRegex(ValidationError, 'a"b'):
            self.backend.source = 'a"b'

    def test_filter_is_checked(self):
        for domain in ("[('no_such_field', '=', 1)]", "sale_ok", "[("):
            with self.assertRaisesRegex(ValidationError, "no filter"), self.cr.savepoint():
                self.backend.product_domain = domain

    def test_only_managers_see_the_password(self):
        user = new_test_user(self.env, "reader", "base.group_user")
        with self.assertRaises(AccessError):
            self.backend.with_user(user).read(["password"])

    def test_users_do_not_rebuild(self):
        user = new_test_user(self.env, "reader", "base.group_user")
        for name in ("action_rebuild", "action_check_index"):
            with self.assertRaises(AccessError):
                getattr(self.backend.with_user(user), name)()

    def test_every_job_method_has_a_channel_and_a_retry_pattern(self):
        functions = self.env["queue.job.function"]
        for method in (
            "export_product",
            "export_record",
            "export_delete_record",
            "export_all",
            "export_batch",
            "delete_stale",
            "check_index",
            "delete_unknown",
        ):
            config = functions.job_config(functions.job_function_name("solr.product", method))
            self.assertEqual(config.channel, "root.solr")
            self.assertTrue(config.retry_pattern)

    def test_views(self):
        for model in ("solr.backend", "solr.product"):
            self.env[model].get_views([(False, "list"), (False, "form"), (False, "search")])
        self.assertEqual(self.backend.kind_status_ids.mapped("model"), ["solr.product"])

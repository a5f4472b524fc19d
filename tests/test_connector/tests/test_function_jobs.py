# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.connector.queue.functions import REGISTRY, job
from odoo.addons.connector.session import ConnectorSession
from odoo.addons.connector.tests.common import mock_job_delay_to_direct
from odoo.addons.queue_job.exception import NotReadableJobError
from odoo.addons.queue_job.tests.common import run_jobs

from .. import functions
from .common import ShopCase

PRODUCT = "test.connector.product"


@tagged("post_install", "-at_install")
class TestFunctionJobs(ShopCase):
    def setUp(self):
        super().setUp()
        self.session = ConnectorSession.from_env(self.env)
        self.product = self.env[PRODUCT].create({"name": "Novel"})

    def delay(self, function, *args, **kwargs):
        uuid = function.delay(self.session, PRODUCT, *args, **kwargs)
        self.assertIsInstance(uuid, str)
        return self.env["queue.job"].search([("uuid", "=", uuid)])

    def test_called_directly(self):
        functions.rename(self.session, PRODUCT, "Now", product_id=self.product.id)
        self.assertEqual(self.product.name, "Now")

    def test_delayed(self):
        stored = self.delay(functions.rename, "Later", product_id=self.product.id)
        self.assertEqual(stored.channel, "root.shop")
        self.assertEqual(stored.name, "Rename a product")
        self.assertEqual(self.product.name, "Novel")
        run_jobs(self.env)
        self.assertEqual(stored.state, "done")
        self.assertEqual(stored.result, f"renamed by {self.env.uid}")
        self.assertEqual(self.product.name, "Later")

    def test_options(self):
        stored = self.delay(
            functions.rename,
            "Later",
            product_id=self.product.id,
            priority=3,
            max_retries=2,
            description="Mine",
            eta=3600,
        )
        self.assertEqual((stored.priority, stored.max_retries, stored.name), (3, 2, "Mine"))
        self.assertTrue(stored.eta)

    def test_retry_pattern_of_the_function(self):
        stored = self.delay(functions.fails, "retry")
        run_jobs(self.env)
        now = fields.Datetime.now()
        self.assertEqual(stored.state, "pending")
        self.assertLess(abs(stored.eta - now - timedelta(seconds=7)), timedelta(seconds=5))
        run_jobs(self.env, now=now + timedelta(seconds=60), limit=1)
        self.env.invalidate_all()
        self.assertGreater(stored.eta - now, timedelta(seconds=28))

    def test_seconds_of_the_error_win(self):
        stored = self.delay(functions.fails, "retry", seconds=500)
        run_jobs(self.env)
        self.assertGreater(stored.eta - fields.Datetime.now(), timedelta(seconds=400))

    def test_nothing_to_do(self):
        stored = self.delay(functions.fails, "nothing")
        run_jobs(self.env)
        self.assertEqual((stored.state, stored.result), ("done", "nothing here"))

    def test_related_action(self):
        stored = self.delay(functions.rename, "Later", product_id=self.product.id)
        self.assertEqual(
            stored.open_related_action(),
            {"name": "The product", "res_model": PRODUCT, "res_id": self.product.id},
        )
        self.assertIsNone(self.delay(functions.fails, "nothing").related_action_of_function())

    def test_only_what_is_registered_runs(self):
        path = "odoo.addons.test_connector.functions.not_a_job"
        self.assertNotIn(path, REGISTRY)
        for wrong in (path, "os.system", ""):
            with self.assertRaises(NotReadableJobError):
                self.env["connector.function.job"].run(wrong, PRODUCT, [], {})

    def test_not_over_rpc(self):
        from odoo.service.model import call_kw

        with self.assertRaises(AccessError):
            call_kw(self.env["connector.function.job"], "run", ["x", PRODUCT, [], {}], {})

    def test_decorator_checks_its_arguments(self):
        for options in ({"default_channel": "shop"}, {"retry_pattern": 5}):
            with self.assertRaises(AssertionError):
                job(**options)(lambda session, model_name: None)

    def test_helper_of_older_tests(self):
        with mock_job_delay_to_direct("odoo.addons.test_connector.functions.rename"):
            functions.rename.delay(
                self.session, PRODUCT, "At once", product_id=self.product.id, priority=5
            )
        self.assertEqual(self.product.name, "At once")
        self.assertFalse(self.env["queue.job"].search([("model_name", "=", PRODUCT)]))

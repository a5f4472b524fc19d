# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.addons.queue_job.exception import JobArgumentError

from .common import JobCase


class TestContext(JobCase):
    def context_of(self, job):
        return dict(self.reload(job).env.context)

    def test_allow_list(self):
        self.assertEqual(
            self.env["base"]._job_prepare_context_before_enqueue_keys(),
            ("tz", "lang", "allowed_company_ids", "force_company", "active_test"),
        )
        context = {
            "tz": "Europe/Brussels",
            "lang": "en_US",
            "allowed_company_ids": self.env.company.ids,
            "active_test": False,
            "test_allowed": [1],
            "default_name": "x",
        }
        record = self.env["test.queue.job"].with_context(**context).browse(self.record.ids)
        expected = {key: value for key, value in context.items() if key != "default_name"}
        self.assertEqual(record._job_prepare_context_before_enqueue(), expected)
        job = record.with_delay().append("b")
        self.assertEqual(self.context_of(job) | expected, self.context_of(job))
        self.assertNotIn("default_name", self.context_of(job))

    def test_keys_of_one_call(self):
        record = self.record.with_context(mine=1, other=2)
        job = record.with_delay(context_keys=("mine", "missing")).append("b")
        context = self.context_of(job)
        self.assertEqual(context["mine"], 1)
        self.assertFalse({"other", "missing"} & set(context))

    def test_keys_of_one_call_must_fit_in_json(self):
        record = self.record.with_context(mine=object())
        with self.assertRaisesRegex(JobArgumentError, "records of the job"):
            record.with_delay(context_keys=["mine"]).append("b")

    def test_user_and_company_of_the_run(self):
        record = self.record.with_user(self.user).with_context(
            allowed_company_ids=self.env.company.ids
        )
        loaded = self.reload(record.with_delay().look_around())
        self.assertEqual(loaded.env.user, self.user)
        self.assertEqual(loaded.env.company, self.env.company)

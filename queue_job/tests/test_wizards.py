# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..wizards.queue_job_send_test import MAX_DURATION, MAX_SIZE

CLOSE = {"type": "ir.actions.act_window_close"}


@tagged("post_install", "-at_install")
class TestStateWizards(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jobs = cls.env["queue.job"]
        for _i in range(2):
            cls.jobs |= cls.env["queue.job"].with_delay()._test_job().db_record()

    def _wizard(self, model):
        return self.env[model].with_context(active_model="queue.job", active_ids=self.jobs.ids)

    def test_selection_of_the_list_is_taken(self):
        for model in ("queue.requeue.job", "queue.jobs.to.done", "queue.jobs.to.cancelled"):
            wizard = self._wizard(model).create({})
            self.assertEqual(wizard.job_ids, self.jobs)
            self.assertEqual(wizard.job_count, 2)

    def test_selection_of_another_model_is_not(self):
        wizard = self.env["queue.requeue.job"].with_context(
            active_model="res.partner", active_ids=self.jobs.ids
        )
        self.assertFalse(wizard.create({}).job_ids)
        self.assertFalse(self.env["queue.requeue.job"].create({}).job_ids)

    def test_set_done(self):
        self.assertEqual(self._wizard("queue.jobs.to.done").create({}).set_done(), CLOSE)
        self.assertEqual(set(self.jobs.mapped("state")), {"done"})
        self.assertIn(self.env.user.name, self.jobs[0].result)

    def test_set_cancelled(self):
        wizard = self._wizard("queue.jobs.to.cancelled").create({})
        self.assertEqual(wizard.set_cancelled(), CLOSE)
        self.assertEqual(set(self.jobs.mapped("state")), {"cancelled"})

    def test_requeue(self):
        self.jobs.button_cancelled()
        self.assertEqual(self._wizard("queue.requeue.job").create({}).requeue(), CLOSE)
        self.assertEqual(set(self.jobs.mapped("state")), {"pending"})

    def test_requeue_leaves_waiting_jobs_alone(self):
        self.jobs[0].button_done()
        self._wizard("queue.requeue.job").create({}).requeue()
        self.assertEqual(self.jobs.mapped("state"), ["pending", "pending"])

    def test_the_dialogs_open(self):
        for model in ("queue.requeue.job", "queue.jobs.to.done", "queue.jobs.to.cancelled"):
            form = Form(self._wizard(model))
            self.assertEqual(len(form.job_ids), 2)


@tagged("post_install", "-at_install")
class TestSendTest(TransactionCase):
    def _send(self, **values):
        wizard = self.env["queue.job.send.test"].create(values)
        action = wizard.send()
        return self.env[action["res_model"]].search(action["domain"], order="id")

    def test_one(self):
        job = self._send(description="Ping")
        self.assertEqual(len(job), 1)
        self.assertEqual(job.state, "pending")
        self.assertEqual(job.name, "Ping")
        self.assertEqual((job.model_name, job.method_name), ("queue.job", "_test_job"))

    def test_options_reach_the_job(self):
        channel = self.env["queue.job.channel"].create(
            {"name": "tested_slow", "parent_id": self.env.ref("queue_job.channel_root").id}
        )
        job = self._send(
            channel_id=channel.id,
            priority=3,
            max_retries=2,
            job_duration=1.5,
            failure_rate=0.5,
            failure_retry_seconds=7,
            commit_within_job=True,
        )
        self.assertEqual((job.channel, job.priority, job.max_retries), ("root.tested_slow", 3, 2))
        self.assertEqual(
            job.kwargs,
            {
                "failure_rate": 0.5,
                "job_duration": 1.5,
                "commit_within_job": True,
                "failure_retry_seconds": 7,
            },
        )

    def test_several_independent(self):
        jobs = self._send(size=5)
        self.assertEqual(len(jobs), 5)
        self.assertFalse(any(jobs.mapped("graph_uuid")))

    def test_graph(self):
        jobs = self._send(size=30, as_graph=True)
        self.assertEqual(len(jobs), 30)
        self.assertEqual(len(set(jobs.mapped("graph_uuid"))), 1)
        self.assertEqual(set(jobs.mapped("state")), {"pending", "wait_dependencies"})
        self.assertEqual(len(set(jobs.mapped("name"))), 30)

    def test_bounds(self):
        for values in (
            {"size": 0},
            {"size": MAX_SIZE + 1},
            {"job_duration": -1},
            {"job_duration": MAX_DURATION + 1},
            {"failure_rate": 1.1},
            {"failure_rate": -0.1},
            {"failure_retry_seconds": -1},
            {"failure_retry_seconds": MAX_DURATION + 1},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.env["queue.job.send.test"].create(values)

    def test_the_dialog(self):
        with Form(self.env["queue.job.send.test"]) as form:
            form.size = 3
            form.as_graph = True
        self.assertEqual(form.record.priority, 10)

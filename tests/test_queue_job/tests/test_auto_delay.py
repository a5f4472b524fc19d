# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import os
from unittest import mock

from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.utils import must_run_without_delay

from .common import JobCase

UTILS = "odoo.addons.queue_job.utils"


class TestAutoDelay(JobCase):
    def test_delays_itself(self):
        job = self.record.delayed_itself("b", extra=1)
        self.assertIsInstance(job, Job)
        self.assertEqual((job.priority, job.description), (7, "append b"))
        self.assertEqual((job.args, job.kwargs), (("b",), {"extra": 1}))
        self.assertEqual(self.record.name, "a")
        job.perform()
        self.assertEqual(self.record.name, "ab")

    def test_runs_without_delay(self):
        record = self.record.with_context(queue_job__no_delay=True)
        self.assertEqual(record.delayed_itself("b"), record)
        self.assertEqual(self.record.name, "ab")

    def test_runs_within_a_job(self):
        record = self.record.with_context(job_uuid="x")
        self.assertEqual(record.delayed_itself("b"), record)

    def test_context_key(self):
        self.assertEqual(self.record.delayed_when_asked("b"), self.record)
        job = self.record.with_context(auto_delay_when_asked=True).delayed_when_asked("b")
        self.assertIsInstance(job, Job)

    def test_origin(self):
        method = type(self.record).delayed_itself
        self.assertEqual(method.origin(self.record, "b"), self.record)
        self.assertEqual(method.__doc__, "Delays itself")


class TestNoDelay(JobCase):
    def test_context(self):
        self.assertIsNone(must_run_without_delay(self.env))
        self.assertTrue(must_run_without_delay(self.env(context={"queue_job__no_delay": 1})))
        self.assertIsNone(must_run_without_delay(self.env(context={"queue_job__no_delay": 0})))

    def test_environment_variable(self):
        with mock.patch.dict(os.environ, {"QUEUE_JOB__NO_DELAY": "0"}):
            with self.assertLogs(UTILS, "WARNING"):
                self.assertTrue(must_run_without_delay(self.env))
        with mock.patch.dict(os.environ, {"QUEUE_JOB__NO_DELAY": ""}):
            self.assertIsNone(must_run_without_delay(self.env))

    def test_the_job_is_returned_with_its_result(self):
        job = self.record.with_context(queue_job__no_delay=True).with_delay().append("b")
        self.assertEqual((job.result, self.record.name), (self.record, "ab"))
        self.assertFalse(job.db_record())

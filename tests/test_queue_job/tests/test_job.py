# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import hashlib
from datetime import datetime, timedelta
from unittest import mock

import psycopg2.errors
from freezegun import freeze_time

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.exception import (
    FailedJobError,
    RetryableJobError,
)
from odoo.addons.queue_job.job import (
    DEFAULT_MAX_RETRIES,
    DEFAULT_PRIORITY,
    PENDING,
    RETRY_INTERVAL,
    STATES,
    Job,
    _is_model_method,
    _rebind_to_cr,
    identity_exact_hasher,
)

from .common import JobCase


class TestJob(JobCase):
    def test_constants(self):
        self.assertEqual((DEFAULT_PRIORITY, DEFAULT_MAX_RETRIES, RETRY_INTERVAL), (10, 5, 600))
        self.assertEqual(
            [value for value, _label in STATES],
            ["wait_dependencies", "pending", "enqueued", "started", "done", "cancelled", "failed"],
        )

    @freeze_time("2026-03-04 05:06:07.89")
    def test_a_new_job(self):
        job = Job(self.method)
        self.assertEqual((job.args, job.kwargs), ((), {}))
        self.assertEqual((job.state, job.retry), (PENDING, 0))
        self.assertEqual((job.priority, job.max_retries), (10, 5))
        self.assertEqual(job.date_created, datetime(2026, 3, 4, 5, 6, 7, 890000))
        self.assertEqual((job.model_name, job.method_name), ("test.queue.job", "append"))
        self.assertEqual(job.job_function_name, "<test.queue.job>.append")
        self.assertEqual((job.env, job.user_id), (self.record.env, self.env.uid))
        self.assertEqual(job.company_id, self.env.company.id)
        self.assertIsNone(job.graph_uuid)
        self.assertIsNone(job.eta)
        self.assertIsNone(job.exec_time)
        self.assertEqual(job.channel, "root")

    def test_zero_retries_are_not_the_default(self):
        self.assertEqual(Job(self.method, max_retries=0, priority=0).max_retries, 0)
        self.assertEqual(Job(self.method, max_retries=0, priority=0).priority, 0)

    def test_arguments_are_checked(self):
        self.assertEqual(Job(self.method, args=["b"]).args, ("b",))
        with self.assertRaises(AssertionError):
            Job(self.method, args="b")
        with self.assertRaises(AssertionError):
            Job(self.method, kwargs=["b"])

    def test_only_methods_of_models(self):
        for function in (len, lambda: None, self.test_arguments_are_checked, datetime.now):
            with (
                self.subTest(function=function),
                self.assertRaisesRegex(TypeError, "Job accepts only methods of Models"),
            ):
                Job(function)
        self.assertTrue(_is_model_method(self.method))
        self.assertFalse(_is_model_method(type(self.record).append))

    def test_on_fail_must_be_a_method(self):
        with self.assertRaisesRegex(TypeError, "Job accepts only methods of Models"):
            Job(self.record.bad_on_fail)

    def test_uuid_is_made_once(self):
        job = Job(self.method)
        self.assertIsNone(job._uuid)
        self.assertEqual(job.uuid, job.uuid)
        self.assertEqual(Job(self.method, job_uuid="x").uuid, "x")

    def test_description(self):
        self.assertEqual(Job(self.method).description, "Append to the name")
        self.assertEqual(Job(self.method, description="Mine").description, "Mine")
        self.assertEqual(
            Job(self.record.docstring_on_second_line).description, "Begins on the second line"
        )
        self.assertEqual(Job(self.record.no_docstring).description, "test.queue.job.no_docstring")

    def test_func_string(self):
        job = Job(self.method, args=("b",), kwargs={"times": 2})
        self.assertEqual(job.func_string, f"{self.record!r}.append('b', times=2)")

    def test_func_knows_its_job(self):
        job = Job(self.record.no_docstring)
        self.assertEqual(job.perform(), job.uuid)

    @freeze_time("2026-03-04 05:06:07")
    def test_eta(self):
        now = datetime(2026, 3, 4, 5, 6, 7)
        for given, expected in (
            (None, None),
            (0, None),
            (60, now + timedelta(seconds=60)),
            (timedelta(hours=1), now + timedelta(hours=1)),
            (now, now),
        ):
            with self.subTest(given=given):
                self.assertEqual(Job(self.method, eta=given).eta, expected)

    def test_channel(self):
        self.assertEqual(Job(self.record.configured).channel, "root.test_sub")
        job = Job(self.record.configured, channel="root.other")
        self.assertEqual(job.channel, "root.other")
        job.channel = None
        self.assertEqual(job.channel, "root.test_sub")

    def test_company_comes_from_the_context(self):
        company = self.env["res.company"].create({"name": "Other"})
        record = self.record.with_context(company_id=company.id)
        self.assertEqual(Job(record.append).company_id, company.id)
        self.assertIsNone(Job(self.record.with_context(company_id=None).append).company_id)

    def test_identity_key_is_computed_once(self):
        seen = []

        def key(job):
            seen.append(job)
            return "the key"

        job = Job(self.method, identity_key=key)
        self.assertFalse(seen)
        self.assertEqual((job.identity_key, job.identity_key), ("the key", "the key"))
        self.assertEqual(seen, [job])

    def test_identity_exact(self):
        records = self.record | self.record.copy()
        kwargs = {"times": 2, "other": [1]}
        job = Job(records.append, args=("b",), kwargs=kwargs)
        digest = hashlib.sha1()
        digest.update(b"test.queue.job")
        digest.update(b"append")
        digest.update(str(sorted(records.ids)).encode("utf-8"))
        digest.update(str(("b",)).encode("utf-8"))
        digest.update(str(sorted(kwargs.items())).encode("utf-8"))
        self.assertEqual(identity_exact(job), digest.hexdigest())
        digest.update(b"more")
        hasher = identity_exact_hasher(job)
        hasher.update(b"more")
        self.assertEqual(hasher.hexdigest(), digest.hexdigest())

    def test_equality_is_by_uuid(self):
        job = Job(self.method, job_uuid="x")
        self.assertEqual(job, Job(self.record.configured, job_uuid="x"))
        self.assertNotEqual(job, Job(self.method))
        self.assertNotEqual(job, "x")
        self.assertEqual(len({job, Job(self.method, job_uuid="x")}), 1)
        self.assertEqual(repr(job), "<Job x, priority:10>")

    def test_exec_time(self):
        job = Job(self.method)
        job.date_started = datetime(2026, 1, 1, 10, 0, 0)
        self.assertIsNone(job.exec_time)
        job.date_done = datetime(2026, 1, 1, 10, 0, 1, 500000)
        self.assertEqual(job.exec_time, 1.5)

    def test_time_where_other_modules_replace_it(self):
        now = datetime(2015, 3, 15, 16, 41)
        job = Job(self.method)
        with mock.patch("odoo.addons.queue_job.job.datetime", autospec=True) as mocked:
            mocked.now.return_value = now
            self.assertEqual(Job(self.method).date_created, now)
            job.set_enqueued()
            job.set_started()
            job.set_done()
            job.set_cancelled()
            job.postpone(seconds=60)
        self.assertEqual(
            {job.date_enqueued, job.date_started, job.date_done, job.date_cancelled}, {now}
        )
        self.assertEqual(job.eta, now + timedelta(minutes=1))

    def test_states(self):
        job = Job(self.method)
        with freeze_time("2026-01-01 10:00:00"):
            job.set_enqueued()
        self.assertEqual(job.state, "enqueued")
        self.assertEqual(job.date_enqueued, datetime(2026, 1, 1, 10))
        with freeze_time("2026-01-01 11:00:00"):
            job.set_started()
        self.assertEqual((job.state, job.date_started.hour), ("started", 11))
        self.assertTrue(job.worker_pid)
        job.set_failed(exc_name="E", exc_message="m", exc_info=None)
        self.assertEqual((job.state, job.exc_name, job.exc_message), ("failed", "E", "m"))
        with freeze_time("2026-01-01 12:00:00"):
            job.set_done(result="fine")
        self.assertEqual((job.state, job.result, job.date_done.hour), ("done", "fine", 12))
        self.assertFalse(job.exc_name or job.exc_message or job.exc_info)
        with freeze_time("2026-01-01 13:00:00"):
            job.set_cancelled(result="no")
        self.assertEqual((job.state, job.result), ("cancelled", "no"))
        self.assertEqual(job.date_cancelled.hour, 13)
        job.retry = 3
        job.set_pending(reset_retry=False)
        self.assertEqual((job.state, job.retry), ("pending", 3))
        self.assertFalse(
            job.date_started
            or job.date_enqueued
            or job.date_done
            or job.date_cancelled
            or job.worker_pid
        )
        job.set_pending(result="again")
        self.assertEqual((job.retry, job.result), (0, "again"))

    @freeze_time("2026-01-01 10:00:00")
    def test_postpone(self):
        job = Job(self.method)
        job.exc_name = job.exc_message = job.exc_info = "x"
        job.postpone(result="later", seconds=60)
        self.assertEqual(job.eta, datetime(2026, 1, 1, 10, 1))
        self.assertEqual(job.result, "later")
        self.assertFalse(job.exc_name or job.exc_message or job.exc_info)
        job.postpone()
        self.assertEqual(job.eta, datetime(2026, 1, 1, 10, 10))

    def test_retry_pattern(self):
        job = Job(self.record.configured)
        for retry, low, high in (
            (0, 600, 600),
            (1, 60, 60),
            (2, 180, 180),
            (3, 10, 10),
            (4, 10, 10),
            (5, 300, 310),
            (9, 300, 310),
        ):
            job.retry = retry
            for _draw in range(20):
                self.assertTrue(low <= job._get_retry_seconds() <= high, retry)
        self.assertEqual((job._get_retry_seconds(7), job._get_retry_seconds(0)), (7, 0))
        self.assertEqual(Job(self.method)._get_retry_seconds(), RETRY_INTERVAL)

    def test_perform(self):
        job = Job(self.method, args=("b",), kwargs={"times": 2})
        self.assertEqual(job.perform(), self.record)
        self.assertEqual(self.record.name, "abb")
        self.assertEqual((job.result, job.retry), (self.record, 1))

    def test_perform_and_retry(self):
        job = Job(self.record.retry_later, max_retries=3)
        for _try in range(2):
            with self.assertRaises(RetryableJobError):
                job.perform()
        with self.assertRaisesRegex(FailedJobError, r"Max. retries \(3\) reached: later") as caught:
            job.perform()
        self.assertIsInstance(caught.exception.__cause__, RetryableJobError)
        self.assertEqual(job.retry, 3)

    def test_what_follows_the_method_belongs_to_its_try(self):
        job = Job(self.method, args=("b",), max_retries=2)
        for expected in (RetryableJobError, FailedJobError):
            job.perform()
            with self.assertRaises(expected), job.counted():
                raise RetryableJobError("a computed field is not ready")
        self.assertEqual(job.retry, 2)

    def test_perform_without_end(self):
        job = Job(self.record.retry_later, max_retries=0)
        for _try in range(10):
            with self.assertRaises(RetryableJobError):
                job.perform()

    def test_ignored_retries_do_not_count(self):
        job = Job(
            self.record.retry_later, kwargs={"seconds": 5, "ignore_retry": True}, max_retries=1
        )
        for _try in range(3):
            with self.assertRaises(RetryableJobError) as caught:
                job.perform()
        self.assertEqual(job.retry, 0)
        self.assertEqual(caught.exception.seconds, 5)
        self.assertTrue(caught.exception.ignore_retry)

    def test_other_errors_pass(self):
        with self.assertRaises(ZeroDivisionError):
            Job(self.record.break_down).perform()
        with self.assertRaises(FailedJobError):
            Job(self.record.fail_for_good).perform()

    def test_exceptions_that_the_job_function_retries(self):
        job = Job(self.record.unreliable, max_retries=4)
        for low, high in ((5, 10), (10, 20), (15, 30)):
            with self.assertRaisesRegex(RetryableJobError, "ZeroDivisionError: oh") as caught:
                job.perform()
            self.assertTrue(low <= caught.exception.seconds <= high)
            self.assertIsInstance(caught.exception.__cause__, ZeroDivisionError)
        with self.assertRaises(ZeroDivisionError):
            job.perform()

    def test_exceptions_that_the_job_function_does_not_retry(self):
        with self.assertRaises(ValueError):
            Job(self.record.unreliable, args=("value",)).perform()
        with self.assertRaises(psycopg2.errors.SerializationFailure):
            Job(self.record.unreliable, args=("serialization",)).perform()

    def test_nothing_to_do_is_a_good_end(self):
        job = Job(self.record.nothing_to_do, args=("all is there",))
        self.assertEqual(job.perform(), "all is there")
        self.assertEqual(job.result, "all is there")
        self.assertTrue(Job(self.record.nothing_to_do).perform())

    def test_a_transaction_of_its_own(self):
        other = self.env["test.queue.job"].browse(self.record.ids)
        job = Job(self.record.committing, args=(other,))
        recordset = job.recordset
        with self.registry.cursor() as cr:
            # Nothing is committed in a test; what counts is where the job runs.
            same, used = self._perform_in(job, cr)
        self.assertTrue(same)
        self.assertIsNot(used, self.env.cr)
        self.assertIs(job.recordset, recordset)
        self.assertIs(job.args[0].env.cr, self.env.cr)

    def _perform_in(self, job, cr):
        self.patch(self.registry, "cursor", lambda: cr)
        return job.perform()

    def test_rebind_to_cr(self):
        with self.registry.cursor() as cr:
            self.assertIs(_rebind_to_cr(self.record, self.env.cr), self.record)
            moved = _rebind_to_cr(
                {"a": [self.record], "b": (self.record.with_user(self.user), 1)}, cr
            )
            self.assertIs(moved["a"][0].env.cr, cr)
            self.assertIsInstance(moved["b"], tuple)
            self.assertEqual(moved["b"][0].env.uid, self.user.id)
            self.assertEqual(moved["b"][1], 1)

    def test_on_fail(self):
        values = {"exc_name": "E", "exc_message": "m", "exc_info": "i"}
        Job(self.record.configured).on_fail(values)
        self.assertEqual(self.record.failure, "E: m")
        Job(self.method).on_fail(values)

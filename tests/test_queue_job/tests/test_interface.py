# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What other addons see of jobs and delayables, as far as no other test is about it."""

import logging
import os
from datetime import datetime
from unittest import mock

from odoo.tools import config

from odoo.addons.queue_job import delay, exception, job, utils
from odoo.addons.queue_job.delay import (
    DelayableChain,
    DelayableGraph,
    DelayableGroup,
    Graph,
    chain,
    group,
)
from odoo.addons.queue_job.job import Job, _rebind_to_cr
from odoo.addons.queue_job.store import dependents
from odoo.addons.queue_job.tests.common import JobCall, trap_jobs

from .common import JobCase


class TestErrors(JobCase):
    def test_families_of_errors(self):
        root = exception.BaseQueueJobError
        self.assertIs(root.__base__, Exception)
        self.assertTrue(issubclass(exception.JobError, root))
        for name in (
            *("NoSuchJobError", "FailedJobError", "RetryableJobError", "NothingToDoJob"),
            *("NotReadableJobError", "NotAllowedJobError", "JobTimeout", "JobCancelled"),
        ):
            self.assertTrue(issubclass(getattr(exception, name), exception.JobError), name)
        self.assertTrue(issubclass(exception.ChannelNotFound, root))
        self.assertFalse(issubclass(exception.ChannelNotFound, exception.JobError))

    def test_retryable_error(self):
        error = exception.RetryableJobError("later")
        self.assertEqual((str(error), error.seconds, error.ignore_retry), ("later", None, False))
        error = exception.RetryableJobError("later", seconds=0, ignore_retry=True)
        self.assertEqual((error.seconds, error.ignore_retry), (0, True))


class TestJobInterface(JobCase):
    def test_constants_of_states(self):
        for name in (
            *("WAIT_DEPENDENCIES", "PENDING", "ENQUEUED", "STARTED", "DONE", "CANCELLED"),
            "FAILED",
        ):
            self.assertEqual(getattr(job, name), name.lower())
            self.assertIn(name.lower(), dict(job.STATES))
        self.assertTrue(all(isinstance(label, str) for _value, label in job.STATES))

    def test_rebinding_keeps_the_environment(self):
        record = self.record.with_user(self.user).sudo().with_context(marker=1)
        with self.registry.cursor() as cr:
            for moved in (
                _rebind_to_cr(record, cr),
                _rebind_to_cr([{"a": (record,)}], cr)[0]["a"][0],
            ):
                self.assertIs(moved.env.cr, cr)
                self.assertEqual((moved, moved.env.uid), (record, self.user.id))
                self.assertTrue(moved.env.su)
                self.assertEqual(moved.env.context["marker"], 1)

    def test_configuration_for_users_without_rights(self):
        functions = self.env["queue.job.function"]
        self.assertFalse(functions.with_user(self.user).has_access("read"))
        made = Job(self.record.with_user(self.user).configured)
        self.assertEqual(made.job_config, functions.job_config(made.job_function_name))
        self.assertEqual(made.job_config.channel, "root.test_sub")
        self.assertEqual(made.on_fail_method_name, "note_failure")

    def test_attributes_are_there_from_the_start(self):
        made = Job(self.method)
        for name in (
            *("result", "exc_name", "exc_message", "exc_info", "worker_pid"),
            *("date_enqueued", "date_started", "date_done", "date_cancelled"),
            *("on_fail_method_name", "graph_uuid", "identity_key", "eta"),
        ):
            self.assertIsNone(getattr(made, name), name)
        self.assertEqual(made.recordset, self.record)
        for name in ("priority", "retry", "max_retries", "state", "result", "worker_pid"):
            setattr(made, name, 7)
            self.assertEqual(getattr(made, name), 7)

    def test_storing_shows_the_sentinel(self):
        queue_job = self.registry["queue.job"]
        sentinels = []

        def watch(name):
            origin = getattr(queue_job, name)

            def method(records, vals):
                sentinels.append(records.env.context.get("_job_edit_sentinel"))
                return origin(records, vals)

            self.patch(queue_job, name, method)

        watch("create")  # so it is called: jobs are added in plain SQL otherwise
        watch("write")
        made = Job(self.method)
        made.store()
        made.priority = 1
        made.store()
        self.assertEqual(sentinels, [queue_job.EDIT_SENTINEL] * 2)

    def test_the_temporary_environment_commits(self):
        made = Job(self.record.append, args=(self.record,))
        with self.registry.cursor() as cr:
            self.patch(self.registry, "cursor", lambda: cr)
            with mock.patch.object(cr, "commit", wraps=cr.commit) as commit:
                with made.in_temporary_env():
                    self.assertIs(made.env.cr, cr)
                    self.assertIs(made.args[0].env.cr, cr)
                    commit.assert_not_called()
                commit.assert_called_once_with()
        self.assertIs(made.recordset, self.record)
        self.assertIs(made.args[0].env.cr, self.env.cr)

    def test_back_to_pending_keeps_eta_and_error(self):
        made = Job(self.method, eta=60)
        eta = made.eta
        made.set_started()
        made.set_failed(exc_name="E", exc_message="m", exc_info="i")
        made.retry = 4
        made.set_pending(result="again")
        self.assertEqual((made.state, made.retry, made.result), ("pending", 0, "again"))
        self.assertEqual(made.eta, eta)
        self.assertEqual((made.exc_name, made.exc_message, made.exc_info), ("E", "m", "i"))

    def test_an_enqueued_job_has_not_begun(self):
        made = Job(self.method)
        made.set_started()
        self.assertEqual(made.worker_pid, os.getpid())
        made.set_enqueued()
        self.assertEqual((made.state, made.date_started, made.worker_pid), ("enqueued", None, None))

    def test_all_below_are_cancelled_at_the_same_time(self):
        delayables = [self.record.delayable().append(name) for name in "abcd"]
        chain(*delayables).delay()
        first, *others = (each._generated_job.db_record() for each in delayables)
        when = datetime(2026, 1, 2, 3, 4, 5)
        first.write({"state": "cancelled", "date_cancelled": when})
        self.env.flush_all()
        dependents.release(self.env.cr, parent_ids=first.ids)
        self.env.invalidate_all()
        self.assertEqual({other.date_cancelled for other in others}, {when})
        self.assertEqual(
            {other.result for other in others},
            {"Cancelled because a job it depends on was cancelled"},
        )


class TestDelayInterface(JobCase):
    def make(self, name):
        delayable = self.record.delayable(description=name).append(name)
        self.addCleanup(setattr, delayable, "_generated_job", False)
        return delayable

    def names(self, delayables):
        return {delayable.description for delayable in delayables}

    def test_builders_of_graphs(self):
        a, b = self.make("a"), self.make("b")
        self.assertIsInstance(group(a, b), DelayableGroup)
        self.assertEqual(group(a, b)._delayables, {a, b})
        made = chain(a, b)
        self.assertIsInstance(made, DelayableChain)
        self.assertEqual(made._graph.edges(), [(a, b)])

    def test_merging_graphs(self):
        merged = DelayableGraph({1: {2}, 2: set()})
        self.assertIsInstance(merged, Graph)
        merged._merge_graph(Graph({2: {3}, 3: set(), 1: {4}}))
        self.assertEqual(merged._graph, {1: {2, 4}, 2: {3}, 3: set()})

    def test_ends_of_chains_and_groups(self):
        a, b, c, d = (self.make(name) for name in "abcd")
        nested = chain(chain(a, group(b, c)), d)
        self.assertEqual(self.names(nested._head()), {"a"})
        self.assertEqual(self.names(nested._tail()), {"d"})
        self.assertEqual(self.names(chain(a, group(b, c))._tail()), {"b", "c"})
        both = group(chain(a, b), chain(c, d))
        self.assertEqual(self.names(both._head()), {"a", "c"})
        self.assertEqual(self.names(both._tail()), {"b", "d"})
        self.assertIs(both.on_done(self.make("e")), both)
        self.assertIs(nested.on_done(self.make("f")), nested)
        self.assertIsNone(chain(self.make("g")).delay())
        self.assertIsNone(group(self.make("h")).delay())

    def test_inside_of_a_delayable(self):
        made = self.record.delayable().append("b", times=2)
        self.assertEqual(made._job_method, self.record.append)
        self.assertEqual((made._job_args, made._job_kwargs), (("b",), {"times": 2}))
        self.assertEqual(made._graph._graph, {made: set()})
        made.delay()
        self.assertEqual(made._generated_job.args, ("b",))

    def test_names_that_tests_patch(self):
        with mock.patch.object(delay, "must_run_without_delay", return_value=True) as asked:
            made = self.record.with_delay().append("b")
        asked.assert_called_with(self.record.env)
        self.assertEqual((made.result, self.record.name), (self.record, "ab"))
        with mock.patch.object(delay, "Job", wraps=Job) as patched:
            self.record.with_delay(priority=3).append("c")
        self.assertEqual(patched.call_args.args, (self.record.append,))
        self.assertEqual(patched.call_args.kwargs["priority"], 3)

    def test_running_at_once_is_logged(self):
        env = self.env(context={"queue_job__no_delay": True})
        self.assertTrue(config["test_enable"])
        with self.assertNoLogs(utils.__name__, logging.INFO):
            self.assertTrue(utils.must_run_without_delay(env))
        with mock.patch.object(utils, "config", {"test_enable": False}):
            with self.assertLogs(utils.__name__, logging.INFO):
                self.assertTrue(utils.must_run_without_delay(env))

    def test_equal_calls(self):
        with trap_jobs() as trap:
            self.record.with_delay(priority=3).append("b", times=1)
        (call,) = trap.calls
        arguments = {"args": ("b",), "kwargs": {"times": 1}, "properties": {"priority": 3}}
        self.assertEqual(call, JobCall(self.record.append, **arguments))
        for other in (
            JobCall(self.record.copy().append, **arguments),
            JobCall(self.record.give_back, **arguments),
            JobCall(self.record.append, **{**arguments, "args": ("c",)}),
            JobCall(self.record.append, **{**arguments, "kwargs": {}}),
            JobCall(self.record.append, **{**arguments, "properties": {}}),
        ):
            self.assertNotEqual(call, other)

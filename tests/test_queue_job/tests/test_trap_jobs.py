# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import sys
import types
import unittest
from datetime import datetime

from odoo.tests.loader import get_module_test_cases

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import (
    JobCounter,
    OdooDocTestCase,
    load_doctests,
    mock_with_delay,
    trap_jobs,
)

from .common import JobCase


class TestTrapJobs(JobCase):
    def test_nothing_is_stored(self):
        before = self.env["queue.job"].search_count([])
        with trap_jobs() as trap:
            job = self.record.with_delay(priority=3).append("b", times=2)
        self.assertIsInstance(job, Job)
        self.assertEqual(trap.enqueued_jobs, [job])
        self.assertEqual(self.env["queue.job"].search_count([]), before)
        job.store.assert_called_once_with()
        (call,) = trap.calls
        self.assertEqual((call.args, call.kwargs), (("b",), {"times": 2}))
        self.assertEqual(
            call.properties,
            {
                "priority": 3,
                "max_retries": None,
                "eta": None,
                "description": None,
                "channel": None,
                "identity_key": None,
            },
        )

    def test_count(self):
        with self.trap_jobs() as trap:
            trap.assert_jobs_count(0)
            self.record.with_delay().append("b")
            self.record.with_delay().give_back()
            self.assertEqual(trap.jobs_count(), 2)
            self.assertEqual(trap.jobs_count(only=self.record.append), 1)
            trap.assert_jobs_count(2)
            trap.assert_jobs_count(1, only=self.record.give_back)
            with self.assertRaises(AssertionError):
                trap.assert_jobs_count(1)

    def test_count_of_a_method_on_other_records(self):
        with self.trap_jobs() as trap:
            self.record.with_delay().append("b")
            trap.assert_jobs_count(0, only=self.record.copy().append)
            trap.assert_jobs_count(0, only=self.record.browse().append)

    def test_assert_enqueued_job(self):
        eta = datetime(2026, 1, 2, 3, 4, 5)
        with trap_jobs() as trap:
            self.record.with_delay(
                identity_key="k",
                channel="root.x",
                description="Mine",
                eta=eta,
                max_retries=1,
                priority=15,
            ).append(1, times=2)
        trap.assert_enqueued_job(self.record.append, args=(1,), kwargs={"times": 2})
        trap.assert_enqueued_job(
            self.record.append, args=(1,), kwargs={"times": 2}, properties={"priority": 15}
        )
        for arguments in (
            {"args": (2,), "kwargs": {"times": 2}},
            {"args": (1,)},
            {"args": (1,), "kwargs": {"times": 2}, "properties": {"priority": 1}},
        ):
            with self.assertRaises(AssertionError):
                trap.assert_enqueued_job(self.record.append, **arguments)
        with self.assertRaises(AssertionError):
            trap.assert_enqueued_job(self.record.copy().append, args=(1,), kwargs={"times": 2})
        with self.assertRaises(AssertionError) as caught:
            trap.assert_enqueued_job(
                self.record.give_back, args=(1,), kwargs={"foo": 2}, properties={"priority": 1}
            )
        self.assertEqual(
            str(caught.exception),
            f"Job <{self.record}>.give_back(1, foo=2) with properties (priority=1) was not "
            "enqueued.\nActual enqueued jobs:\n"
            f" * <{self.record}>.append(1, times=2) with properties (priority=15, "
            f"max_retries=1, eta={eta}, description=Mine, channel=root.x, identity_key=k)",
        )

    def test_properties_that_were_not_given(self):
        with trap_jobs() as trap:
            self.record.with_delay(priority=5).append("b")
        trap.assert_enqueued_job(
            self.record.append, args=("b",), properties={"eta": None, "priority": 5}
        )
        with self.assertRaises(AssertionError):
            trap.assert_enqueued_job(self.record.append, args=("b",), properties={"priority": None})

    def test_perform(self):
        with trap_jobs() as trap:
            self.record.with_delay(priority=20).append("c")
            self.record.with_delay(priority=1).append("b")
            trap.perform_enqueued_jobs()
            self.assertEqual(self.record.name, "abc")
            self.assertEqual(trap.enqueued_jobs, [])

    def test_perform_graphs(self):
        with trap_jobs() as trap:
            names = [self.record.delayable().append(name) for name in "bcde"]
            chain(names[0], group(names[1]), chain(names[2], names[3])).delay()
            trap.assert_jobs_count(4)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.record.name, "abcde")

    def test_jobs_delayed_by_jobs(self):
        with trap_jobs() as trap:
            self.record.with_delay().delay_another("b")
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.record.name, "ab")

    def test_identity_key(self):
        with trap_jobs() as trap:
            for text in "bbc":
                self.record.with_delay(identity_key=identity_exact).append(text)
        trap.assert_jobs_count(2)
        self.assertEqual(len(trap.calls), 3)

    def test_context(self):
        record = self.record.with_context(lang="en_US", other=1, asked=2)
        with trap_jobs() as trap:
            record.with_delay(context_keys=("asked",)).append("b")
        context = trap.enqueued_jobs[0].recordset.env.context
        self.assertEqual((context["lang"], context["asked"]), ("en_US", 2))
        self.assertNotIn("other", context)

    def test_split_makes_no_extra_calls(self):
        records = self.env["test.queue.job"].create([{} for _number in range(4)])
        with trap_jobs() as trap:
            records.delayable().append("b").split(2).delay()
        self.assertEqual(len(trap.calls), 2)
        trap.assert_enqueued_job(
            records[:2].append,
            args=("b",),
            properties={"description": "Append to the name (split 1/2)"},
        )

    def test_without_delay(self):
        with trap_jobs() as trap:
            self.record.with_context(queue_job__no_delay=True).with_delay().append("b")
            self.assertEqual(self.record.name, "ab")
            trap.assert_jobs_count(0)


class TestHelpers(JobCase):
    def test_counter(self):
        self.record.with_delay().append("b")
        counter = self.job_counter()
        self.assertIsInstance(counter, JobCounter)
        self.record.with_delay().append("c")
        self.assertEqual(
            (counter.count_all(), counter.count_created(), counter.count_existing()),
            (counter.count_existing() + 1, 1, len(counter.existing)),
        )
        self.assertEqual(len(counter.search_created()), 1)
        self.perform_jobs(counter)
        self.assertEqual(self.record.name, "ac")

    def test_mock_with_delay(self):
        with self.assertWarns(DeprecationWarning), mock_with_delay() as (cls, instance):
            self.record.with_delay(priority=1).append("b")
        self.assertEqual(cls.call_args.args, (self.record,))
        self.assertEqual(
            set(cls.call_args.kwargs),
            {"priority", "eta", "max_retries", "description", "channel", "identity_key"},
        )
        instance.append.assert_called_once_with("b")

    def test_doctests(self):
        module = types.ModuleType("odoo.addons.test_queue_job.with_examples")
        exec(
            'def double(x):\n    """\n    >>> double(2)\n    4\n    """\n    return x * 2',
            module.__dict__,
        )
        double = module.double
        double.__module__ = module.__name__
        load_tests = load_doctests(module)
        suite = load_tests(unittest.TestLoader(), unittest.TestSuite(), None)
        (case,) = list(suite)
        self.assertIsInstance(case, OdooDocTestCase)
        self.assertEqual(case.test_tags, {"standard", "at_install", "queue_job", "doctest"})
        self.assertEqual(case.test_module, "test_queue_job")
        here = sys.modules[__name__]
        self.addCleanup(delattr, here, "Doctests_with_examples")
        found = [test for test in get_module_test_cases(here) if "Doctests" in type(test).__name__]
        self.assertEqual(len(found), 1)
        found[0].debug()
        module.double = lambda x: 0
        module.double.__module__ = module.__name__
        module.double.__doc__ = ">>> double(2)\n4"
        load_doctests(module)
        wrong = [test for test in get_module_test_cases(here) if "Doctests" in type(test).__name__]
        with self.assertRaises(Exception):
            wrong[0].debug()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Helpers for the tests of modules that delay jobs."""

from __future__ import annotations

import doctest
import logging
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from unittest import TestCase, mock

from odoo.addons.queue_job.delay import Graph
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.utils import must_run_without_delay

from .run_jobs import run_jobs  # noqa: F401 - part of what tests import from here

_logger = logging.getLogger(__name__)

#: In this order properties are written in messages.
_PROPERTIES = ("priority", "max_retries", "eta", "description", "channel", "identity_key")


@contextmanager
def trap_jobs():
    """Catch the jobs that the block delays; nothing is stored.

    ::

        with trap_jobs() as trap:
            record.do_something()
            trap.assert_jobs_count(1)
            trap.assert_enqueued_job(record.export, args=(1,), properties=dict(priority=5))
            trap.perform_enqueued_jobs()

    :return: context manager that yields a :class:`JobsTrap`
    """
    with mock.patch(
        "odoo.addons.queue_job.delay.Job", name="Job Class", auto_spec=True, unsafe=True
    ) as job_class_mock:
        with JobsTrap(job_class_mock) as trap:
            yield trap


class JobCall:
    """A method call that was to become a job.

    :param method: bound method
    :param properties: keywords of ``with_delay``; None for those that were not given
    """

    def __init__(self, method: Callable, args: tuple, kwargs: dict, properties: dict):
        self.method = method
        self.args = args
        self.kwargs = kwargs
        self.properties = properties

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JobCall) and (
            self.method.__self__ == other.method.__self__
            and self.method.__func__ == other.method.__func__
            and self.args == other.args
            and self.kwargs == other.kwargs
            and self._given_properties() == other._given_properties()
        )

    __hash__ = None

    def _given_properties(self) -> dict:
        return {name: value for name, value in self.properties.items() if value is not None}

    def __repr__(self) -> str:
        arguments = [repr(arg) for arg in self.args]
        arguments += [f"{key}={value!r}" for key, value in self.kwargs.items()]
        properties = ", ".join(f"{key}={value}" for key, value in self._given_properties().items())
        return (
            f"<{self.method.__self__}>.{self.method.__name__}({', '.join(arguments)}) "
            f"with properties ({properties})"
        )


class JobsTrap:
    """What :func:`trap_jobs` has caught.

    ``calls`` has one :class:`JobCall` for each delayed call, ``enqueued_jobs`` the
    jobs that would have been stored.
    """

    def __init__(self, job_mock):
        self.job_mock = job_mock
        self.job_mock.side_effect = self._make_job
        self.job_mock.follow_twins.side_effect = self._follow_twins
        self.calls: list[JobCall] = []
        self.enqueued_jobs: list[Job] = []

    def __enter__(self) -> JobsTrap:  # noqa: PYI034
        return self

    def __exit__(self, *exc_info) -> None:
        return None

    def jobs_count(self, only: Callable | None = None) -> int:
        """Return how many jobs were enqueued.

        :param only: count the jobs of this method on the very records it is bound to
        """
        return len(self._filtered_enqueued_jobs(only))

    def assert_jobs_count(self, expected: int, only: Callable | None = None) -> None:
        """Fail unless so many jobs were enqueued.

        :param only: count the jobs of this method on the very records it is bound to
        """
        count = self.jobs_count(only)
        if count == expected:
            return
        method = f" of {only.__name__}" if only else ""
        raise AssertionError(
            f"{expected} job(s){method} expected, {count} enqueued:\n{self._enqueued_text()}"
        )

    def assert_enqueued_job(
        self,
        method: Callable,
        args: tuple | None = None,
        kwargs: dict | None = None,
        properties: dict | None = None,
    ) -> None:
        """Fail unless this call was enqueued.

        :param method: bound method, the records included
        :param args: all positional arguments
        :param kwargs: all keyword arguments
        :param properties: keywords of ``with_delay``; others are not looked at
        """
        properties = properties or {}
        expected = JobCall(method, tuple(args or ()), dict(kwargs or {}), properties)
        for call in self.calls:
            looked_at = {name: call.properties.get(name) for name in properties}
            if JobCall(call.method, call.args, call.kwargs, looked_at) == expected:
                return
        raise AssertionError(
            f"Job {expected!r} was not enqueued.\nActual enqueued jobs:\n{self._enqueued_text()}"
        )

    def perform_enqueued_jobs(self) -> None:
        """Run the enqueued jobs: single ones by priority, graphs parents first.

        Jobs that these jobs delay are caught in their turn.
        """
        jobs, self.enqueued_jobs = self.enqueued_jobs, []
        graphs: dict[str, Graph] = {}
        singles = []
        for job in jobs:
            if not job.graph_uuid:
                singles.append(job)
                continue
            graph = graphs.setdefault(job.graph_uuid, Graph())
            graph.add_vertex(job)
            for parent in job._depends_on:
                if parent in jobs:
                    graph.add_edge(parent, job)
        for job in sorted(singles, key=lambda job: job.priority):
            job.perform()
        for graph in graphs.values():
            for job in graph.topological_sort():
                job.perform()

    def _make_job(self, *args, **kwargs) -> Job:
        job = Job(*args, **kwargs)
        job.store = mock.Mock(name="store", return_value=None)
        self._prepare_context(job)
        self.calls.append(
            JobCall(
                args[0],
                tuple(kwargs.get("args") or ()),
                dict(kwargs.get("kwargs") or {}),
                # All of the usual ones, with None where the caller said nothing: tests of
                # other modules look at them by their names.
                dict.fromkeys(_PROPERTIES)
                | {name: kwargs[name] for name in kwargs if name not in ("args", "kwargs")},
            )
        )
        if must_run_without_delay(args[0].__self__.env):
            return job
        if not any(
            job.identity_key and other.identity_key == job.identity_key
            for other in self.enqueued_jobs
        ):
            self.enqueued_jobs.append(job)
        return job

    def _follow_twins(self, jobs: list[Job]) -> list[Job]:
        # A job that was left out when it was made stands for the one before it.
        duplicates = []
        for job in jobs:
            if not any(job is other for other in self.enqueued_jobs):
                job.is_duplicate = True
                duplicates.append(job)
        return duplicates

    def _prepare_context(self, job: Job) -> None:
        """Keep what a stored job would keep of the context."""
        context = job.recordset._job_prepare_context_before_enqueue()
        context.update(
            (key, job.env.context[key]) for key in job.context_keys if key in job.env.context
        )
        # Nothing else of the context is kept.
        # pylint: disable-next=context-overridden
        job.recordset = job.recordset.with_env(job.env(context=context))

    def _filtered_enqueued_jobs(self, only: Callable | None) -> list[Job]:
        if only is None:
            return self.enqueued_jobs
        return [
            job
            for job in self.enqueued_jobs
            if job.func.__func__ == only.__func__ and job.recordset == only.__self__
        ]

    def _enqueued_text(self) -> str:
        return "\n".join(f" * {call!r}" for call in self.calls) or " (none)"


class JobCounter:
    """Counts the stored jobs since it was made.

    :param env: odoo.api.Environment
    """

    def __init__(self, env):
        self.env = env
        self.existing = self.search_all()

    def count_all(self) -> int:
        """Return the number of all jobs."""
        return len(self.search_all())

    def count_created(self) -> int:
        """Return the number of jobs added since."""
        return len(self.search_created())

    def count_existing(self) -> int:
        """Return the number of jobs that were there before."""
        return len(self.existing)

    def search_created(self):
        """Return the queue.job records added since."""
        return self.search_all() - self.existing

    def search_all(self):
        """Return all queue.job records."""
        return self.env["queue.job"].sudo().search([])


class JobMixin:
    """To mix into test cases."""

    def job_counter(self) -> JobCounter:
        """Return a counter of the jobs stored from now on."""
        return JobCounter(self.env)

    def perform_jobs(self, jobs: JobCounter) -> None:
        """Load and run the jobs that a counter has seen come.

        :param jobs: the counter
        """
        for record in jobs.search_created():
            Job.load(record.env, record.uuid).perform()

    @contextmanager
    def trap_jobs(self):
        """Catch the jobs that the block delays, as :func:`trap_jobs` does."""
        with trap_jobs() as trap:
            yield trap


@contextmanager
def mock_with_delay():
    """Replace ``with_delay`` by a mock. Deprecated: use :func:`trap_jobs`.

    :return: context manager that yields the mock of the class DelayableRecordset and
        the mock of its instances
    """
    warnings.warn("Use trap_jobs() instead of mock_with_delay()", DeprecationWarning, 3)
    with mock.patch(
        "odoo.addons.queue_job.models.base.DelayableRecordset",
        name="DelayableRecordset",
        spec=True,
    ) as delayable_class:
        delayable = mock.MagicMock(name="DelayableRecordset")
        delayable_class.return_value = delayable
        yield delayable_class, delayable


class OdooDocTestCase(doctest.DocTestCase):
    """A doctest with the attributes that Odoo's test loader asks for.

    :param test: a doctest.DocTestCase
    """

    def __init__(self, test, sequence=0):
        super().__init__(
            test._dt_test,
            optionflags=test._dt_optionflags,
            setUp=test._dt_setUp,
            tearDown=test._dt_tearDown,
            checker=test._dt_checker,
        )
        self.test_sequence = sequence
        self.test_tags = {"standard", "at_install", "queue_job", "doctest"}
        self.test_class = type(self).__name__
        self.test_module = self._dt_test.name.split(".")[2]
        self._testMethodName = self._dt_test.name


def load_doctests(module) -> Callable:
    """Let the examples in a module's docstrings run as tests.

    ``load_tests = load_doctests(module)`` in a test module. Odoo's loader does not
    know ``load_tests``: a test case with one method for each docstring is put into
    the calling module as well.

    :param module: the module with the docstrings
    :return: function as the ``load_tests`` protocol of unittest wants it
    """

    def load_tests(loader, tests, ignore):
        for sequence, test in enumerate(doctest.DocTestSuite(module)):
            tests.addTest(OdooDocTestCase(test, sequence))
        return tests

    caller = sys._getframe(1).f_globals
    name = f"Doctests_{module.__name__.rsplit('.', 1)[-1]}"
    caller[name] = _doctest_case(module, name, caller["__name__"])
    return load_tests


def _doctest_case(module, name: str, caller: str) -> type:
    def method(test: Any) -> Callable:
        return lambda self: test.runTest()

    methods = {
        f"test_{number}_{test._dt_test.name.rsplit('.', 1)[-1]}": method(test)
        for number, test in enumerate(doctest.DocTestSuite(module))
    }
    return type(
        name,
        (TestCase,),
        {
            **methods,
            "__module__": caller,
            "test_tags": {"standard", "at_install", "queue_job", "doctest"},
            "test_module": caller.split(".")[2] if caller.count(".") >= 2 else caller,
            "test_class": name,
        },
    )

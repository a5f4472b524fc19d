# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs: a method call that has been put off."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .decorators import job, related_action
from .exception import (
    FailedJobError,
    JobError,
    NoSuchJobError,
    NothingToDoJob,
    NotReadableJobError,
    RetryableJobError,
)
from .job_arguments import JobArguments, _rebind_to_cr
from .job_graph import JobGraph
from .job_identity import JobIdentity, identity_exact, identity_exact_hasher
from .job_state import JobState
from .job_storage import JobStorage
from .rules.channel_names import ROOT
from .rules.masking import is_suspect, mask
from .rules.retry import RETRY_INTERVAL, exponential_seconds, is_retried, retry_seconds
from .rules.states import (
    CANCELLED,
    DONE,
    ENQUEUED,
    FAILED,
    PENDING,
    STARTED,
    STATES,
    WAIT_DEPENDENCIES,
)
from .utils import superuser_env

__all__ = [
    "CANCELLED",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_PRIORITY",
    "DONE",
    "ENQUEUED",
    "FAILED",
    "PENDING",
    "RETRY_INTERVAL",
    "STARTED",
    "STATES",
    "WAIT_DEPENDENCIES",
    "FailedJobError",
    "Job",
    "JobError",
    "NoSuchJobError",
    "RetryableJobError",
    "_rebind_to_cr",
    "identity_exact",
    "identity_exact_hasher",
    "job",
    "related_action",
]

DEFAULT_PRIORITY = 10
DEFAULT_MAX_RETRIES = 5


def _is_model_method(func) -> bool:
    """Tell whether this is a method bound to records of an Odoo model."""
    return inspect.ismethod(func) and isinstance(func.__self__.__class__, models.MetaModel)


def _describe(recordset, method_name: str) -> str:
    """Return the first line of a method's docstring, or else its name."""
    docstring = (getattr(type(recordset), method_name).__doc__ or "").strip()
    return docstring.split("\n", 1)[0].strip() or f"{recordset._name}.{method_name}"


class Job(JobArguments, JobIdentity, JobState, JobGraph, JobStorage):
    """A call of ``func(*args, **kwargs)`` and all there is to know about it.

    :param func: method bound to the records it is to run on
    :param args: positional arguments
    :param kwargs: keyword arguments
    :param priority: the smaller, the sooner
    :param eta: not before: datetime (naive UTC), timedelta or seconds from now
    :param job_uuid: uuid of a job that exists
    :param max_retries: tries until the job has failed, 0 for no end
    :param description: for people; by default the first line of the docstring
    :param channel: complete name of the channel; by default the job function's
    :param identity_key: text, or function of the job that returns it: while a job
        with this key waits, another one is not stored
    :param timeout: seconds the job may run; None leaves it to function and channel
    :param concurrency_key: of all jobs with this key, one runs at a time
    :param context_keys: context keys to keep besides the model's allow-list
    :param identity_policy: what to do while another job with this identity key
        waits: 'skip' this one, 'replace' what the other would do, or 'rerun': skip,
        and never run beside a running job of the same key but after it
    """

    #: After ``perform()``: whether the method raised NothingToDoJob.
    is_nothing_to_do = False

    def __init__(
        self,
        func: Callable,
        args: tuple | list | None = None,
        kwargs: dict | None = None,
        priority: int | None = None,
        eta: datetime | timedelta | int | None = None,
        job_uuid: str | None = None,
        max_retries: int | None = None,
        description: str | None = None,
        channel: str | None = None,
        identity_key: str | Callable | None = None,
        *,
        timeout: float | None = None,
        concurrency_key: str | None = None,
        context_keys: tuple[str, ...] | list[str] | None = None,
        identity_policy: str | None = None,
    ):
        if args is None:
            args = ()
        if isinstance(args, list):
            args = tuple(args)
        assert isinstance(args, tuple), f"{args}: args are not a tuple"
        if kwargs is None:
            kwargs = {}
        assert isinstance(kwargs, dict), f"{kwargs}: kwargs are not a dict"
        if not _is_model_method(func):
            raise TypeError("Job accepts only methods of Models")

        self.recordset = func.__self__
        self.method_name = func.__name__
        self._set_arguments(args, kwargs)
        self._uuid = job_uuid
        self._is_new = job_uuid is None
        self.graph_uuid = None

        self.job_config = superuser_env(self.env)["queue.job.function"].job_config(
            self.job_function_name
        )
        self.on_fail_method_name = self.job_config.on_fail_method_name
        if self.on_fail_method_name and not _is_model_method(
            getattr(self.recordset, self.on_fail_method_name, None)
        ):
            raise TypeError("Job accepts only methods of Models")

        self.state = PENDING
        self.retry = 0
        self.max_retries = DEFAULT_MAX_RETRIES if max_retries is None else max_retries
        self.priority = DEFAULT_PRIORITY if priority is None else priority
        self._description = description
        self._channel = channel
        self.timeout = timeout
        self.concurrency_key = concurrency_key
        self.context_keys = tuple(context_keys or ())
        self._set_identity(identity_key, identity_policy)

        self.date_created = self._now()
        self.date_enqueued = None
        self.date_started = None
        self.date_done = None
        self.date_cancelled = None
        self._eta = None
        self.eta = eta

        self.result = None
        self.exc_name = None
        self.exc_message = None
        self.exc_info = None
        self.worker_pid = None
        self.attempt = 0

        if "company_id" in self.env.context:
            self.company_id = self.env.context["company_id"]
        else:
            self.company_id = self.env.company.id

        self._init_graph()
        self._init_storage()

    # What runs

    @property
    def env(self):
        """Environment of the records the job runs on."""
        return self.recordset.env

    @property
    def model_name(self) -> str:
        """Name of the model of the job's method."""
        return self.recordset._name

    @property
    def user_id(self) -> int:
        """Id of the user the job runs as."""
        return self.env.uid

    @property
    def uuid(self) -> str:
        """Universal identifier of the job."""
        if self._uuid is None:
            self._uuid = str(uuid.uuid4())
        return self._uuid

    @property
    def func(self) -> Callable:
        """The method to run, bound; its context has ``job_uuid``."""
        return getattr(self.recordset.with_context(job_uuid=self.uuid), self.method_name)

    @property
    def func_string(self) -> str:
        """The call as text; arguments with the name of a secret are hidden."""
        text = self._call_text(self.args, self.kwargs)
        if is_suspect(text):
            text = self._call_text(mask(self.args), mask(self.kwargs))
        return text

    def _call_text(self, args: tuple, kwargs: dict) -> str:
        texts = [repr(arg) for arg in args]
        texts += [f"{key}={value!r}" for key, value in kwargs.items()]
        return f"{self.recordset!r}.{self.method_name}({', '.join(texts)})"

    @property
    def job_function_name(self) -> str:
        """Name of the job function that configures this job."""
        return f"<{self.model_name}>.{self.method_name}"

    @property
    def description(self) -> str:
        """What people read: given, or the docstring's first line, or model.method."""
        return self._description or _describe(self.recordset, self.method_name)

    @property
    def channel(self) -> str:
        """Complete name of the channel."""
        return self._channel or self.job_config.channel or ROOT

    @channel.setter
    def channel(self, value: str | None) -> None:
        self._channel = value

    @property
    def eta(self) -> datetime | None:
        """The job does not start before."""
        return self._eta

    @eta.setter
    def eta(self, value: datetime | timedelta | float | None) -> None:
        if not value:
            self._eta = None
        elif isinstance(value, timedelta):
            self._eta = self._now() + value
        elif isinstance(value, int | float):
            self._eta = self._now() + timedelta(seconds=value)
        else:
            self._eta = value

    @property
    def exec_time(self) -> float | None:
        """Seconds between start and end, None while there is no end."""
        if self.date_done and self.date_started:
            return (self.date_done - self.date_started).total_seconds()
        return None

    @staticmethod
    def _now() -> datetime:
        # By the name that modules replace in their tests: odoo.addons.queue_job.job.datetime.
        return datetime.now()

    # How it runs

    def perform(self) -> Any:
        """Run the method now, in the job's environment.

        :return: what the method returned, kept in ``result`` too
        :raise RetryableJobError: the job is to be tried again
        :raise FailedJobError: it was its last try
        :raise NotReadableJobError: its arguments were erased
        """
        if self.date_erased:
            # Somebody has changed its state by hand. Without its arguments it would do
            # something else.
            raise NotReadableJobError(
                f"The arguments of the job were erased on {self.date_erased:%Y-%m-%d}."
            )
        self.retry += 1
        try:
            with self.counted():
                if self._needs_own_transaction():
                    with self.in_temporary_env():
                        self.result = self.func(*self.args, **self.kwargs)
                else:
                    self.result = self.func(*self.args, **self.kwargs)
        except NothingToDoJob as error:
            # Whoever runs the job for real undoes what it did before it noticed.
            self.is_nothing_to_do = True
            self.result = str(error) or "Nothing to do."
        return self.result

    @contextmanager
    def counted(self):
        """Judge errors in the block as those of the present try: which ones ask for another
        try, and whether there is one left.

        What follows the method within its transaction (computed fields, hooks before the
        commit) belongs to the try: whatever is raised there must not be tried for ever.

        :return: context manager
        :raise RetryableJobError: the job is to be tried again
        :raise FailedJobError: it was its last try
        """
        try:
            yield
        except RetryableJobError as error:
            if error.ignore_retry:
                self.retry -= 1
            elif self._is_last_try():
                raise FailedJobError(
                    f"Max. retries ({self.max_retries}) reached: {error}"
                ) from error
            raise
        except (NothingToDoJob, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            # The engine does the latter again at once, at the expense of another budget.
            raise
        except Exception as error:
            seconds = self._seconds_after(error)
            if seconds is None or self._is_last_try():
                raise
            raise RetryableJobError(f"{type(error).__name__}: {error}", seconds=seconds) from error

    def _is_last_try(self) -> bool:
        return bool(self.max_retries) and self.retry >= self.max_retries

    def _function_limits(self):
        """Return the JobLimits of the job's function."""
        functions = superuser_env(self.env)["queue.job.function"]
        return functions.job_limits(self.job_function_name)

    def _notify_requester(self) -> None:
        """Tell the job's user, who wants to know, that it is done."""
        jobs = superuser_env(self.env)["queue.job"]
        jobs._notify_requester(self.env.user, self.description, DONE)

    def _retry_after_timeout(self) -> tuple[int, float] | None:
        """Tell how the job is tried again should the run that begins now take too long.

        :return: value of the retry counter and seconds to wait; None when this is its last
            try. Whether the job function wants it is for the caller to see
        """
        retry = self.retry + 1
        if self.max_retries and retry >= self.max_retries:
            return None
        return retry, retry_seconds(None, self.job_config.retry_pattern, retry)

    def _seconds_after(self, error: Exception) -> float | None:
        """Return the wait that the job function asks for after an error, if any."""
        limits = self._function_limits()
        if not is_retried(type(error), limits.retry_exceptions):
            return None
        seconds = exponential_seconds(
            self.retry, first=limits.retry_backoff, longest=limits.retry_backoff_max
        )
        return round(seconds, 3)

    def _needs_own_transaction(self) -> bool:
        # A worker gives each job a transaction of its own, in which commits are legal.
        return bool(self.job_config.allow_commit) and not self.run_token

    @contextmanager
    def in_temporary_env(self):
        """Run the job on a cursor of its own, committed at the end of the block."""
        previous = self.recordset
        with self.env.registry.cursor() as cr:
            self.recordset = previous.with_env(self.env(cr=cr))
            try:
                yield
                # Inside the block, or the new cursor would write as superuser what is
                # still to be computed.
                self.env.flush_all()
            finally:
                self.recordset = previous

    def on_fail(self, fail_vals: dict[str, str]) -> None:
        """Tell the method that the job function names about the failure, if any.

        :param fail_vals: exc_name, exc_message, exc_info
        """
        if self.on_fail_method_name:
            getattr(self.recordset, self.on_fail_method_name)(**fail_vals)

    def related_action(self) -> dict | None:
        """Return the action that opens what the job is about, None if there is none.

        :raise ValueError: when the job function does not name a method
        :raise UserError: when it names one that was not made for this
        """
        config = self.job_config
        if not config.related_action_enable:
            return None
        record = self.db_record()
        name = config.related_action_func_name or record._default_related_action
        if not isinstance(name, str):
            raise ValueError(
                "The related action of a job function must be the name of a method of queue.job."
            )
        return record._related_action_method(name)(**config.related_action_kwargs)

    # Who it is

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and self.uuid == other.uuid

    def __hash__(self) -> int:
        return hash(self.uuid)

    def __repr__(self) -> str:
        return f"<Job {self.uuid}, priority:{self.priority}>"

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Running one job: its work and its end, in the right transactions.

Success is written in the job's own transaction, so both commit together. Every other
end is written over the control connection (READ COMMITTED, autocommit) after the
job's transaction has been rolled back: an aborted transaction can write nothing, and
a second open one could wait for the first. What goes wrong after the commit changes
nothing about the job any more.
"""

from __future__ import annotations

import functools
import itertools
import logging
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import psycopg2
import psycopg2.extensions

from odoo import SUPERUSER_ID, api
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..exception import NothingToDoJob, RetryableJobError
from ..rules.masking import mask_text
from ..rules.retry import conflict_step
from ..store import dependents, fence, finish, settle
from . import connections, current, faults, job_logging, orm_ends
from .failure import failure_values, mask_traceback, qualified_name
from .interrupt import Interrupter, JobInterrupt, Reason
from .lease import Lease, LeaseLost
from .permission import check_allowed
from .recording import Recording
from .status import Running, Status
from .telling import Teller

_logger = logging.getLogger(__name__)

_EXCEPTION_MODULE = "odoo.addons.queue_job.exception"


class Outcome(Enum):
    """How a run ended, as the supervisor is told."""

    DONE = "done"
    FAILED = "failed"
    RETRY = "retry"
    LOST = "lost"
    INTERRUPTED = "interrupted"


@dataclass(slots=True)
class Run:
    """One run of one job by a worker.

    :param cr: the job's own Odoo cursor, nothing pending on it
    :param control: cursor of the worker's autocommit connection
    :param row: the job's columns
    :param limit: seconds it may take by its caller's wish or its channel, 0 for no limit
    :param bound: most seconds any job of this server may take, None for no bound
    :param take_next: takes the next member of the pack, which is then ours to begin
    :param put_back: puts one that was taken back to the rest of the pack
    :param only_declared: refuse methods that are not declared as job functions
    """

    cr: Any
    control: Any
    row: dict[str, Any]
    limit: float
    bound: float | None
    status: Status
    interrupter: Interrupter
    take_next: Callable[[], int | None]
    put_back: Callable[[int], None]
    only_declared: bool = False
    # The member taken, and whether our commit has marked it as started.
    next_id: int | None = None
    is_next_begun: bool = False
    _job_now: current.CurrentJob = field(init=False)
    running: Running | None = None
    # Why the run was interrupted, if it was.
    stopped_for: Reason | None = None

    @property
    def lease(self) -> Lease:
        return Lease(self.row["id"], self.row["run_token"])

    def execute(self) -> Outcome:
        """Run the job to its end, whatever it is; raises only when the database is gone.

        :raises psycopg2.OperationalError: nothing is settled
        """
        job_logging.install()
        recording = Recording(**self._fence, cursor=self.control.another)
        self._job_now = current.CurrentJob(
            job_id=self.row["id"],
            uuid=self.row["uuid"],
            function=self._function,
            cr=self.cr,
            recording=recording,
        )
        with current.running(self._job_now):
            try:
                return self._execute(time.monotonic())
            finally:
                recording.forget()

    def _execute(self, began: float) -> Outcome:
        self.interrupter.begin(self.row["id"])
        self._announce(began)
        faults.point("started")
        job = None
        try:
            for attempt in itertools.count(1):
                try:
                    connections.end_with_client(self.cr)
                    job = self._load()
                    self._limit_by_function(job)
                    with (
                        self.lease.fencing(self.cr),
                        self.interrupter.armed(self.cr.connection),
                        current.heard(self._job_now),
                    ):
                        job.perform()
                        if job.is_nothing_to_do:
                            raise NothingToDoJob(job.result)
                        if orm_ends.are_wanted(self.cr, job.env):
                            seconds = time.monotonic() - began
                            values = orm_ends.done(job, job._result_text(), seconds)
                            orm_ends.write(self.cr, self.row, values)
                        with job.counted():
                            self.cr.flush()
                    self._succeed(job, time.monotonic() - began, is_first=attempt == 1)
                    self._release_dependents()
                    return Outcome.DONE
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                    self._rollback()
                    if self.interrupter.reason:
                        raise
                    if not fence.is_held(self.control, **self._fence):
                        raise LeaseLost(self.row["id"]) from error
                    step = conflict_step(attempt, 0)
                    if step.action != "now":
                        return self._conflict(attempt, error)
                    time.sleep(step.seconds)
        except LeaseLost:
            self._rollback()
            _logger.warning(
                "Job %s was taken back while it ran (its lease had ended): nothing of "
                "this run was kept",
                self.row["uuid"],
            )
            return Outcome.LOST
        except JobInterrupt as error:
            self._rollback()
            return self._interrupted(job, error.reason, traceback.format_exc())
        except BaseException as error:  # noqa: BLE001
            # What an interrupted job does with the interruption is its own affair: a
            # cancelled statement surfaces as whatever error it makes of it.
            self._rollback()
            if self.interrupter.reason:
                return self._interrupted(job, self.interrupter.reason, traceback.format_exc())
            return self._settle_error(job, error, time.monotonic() - began)

    @property
    def _fence(self) -> dict[str, int]:
        return {"job_id": self.row["id"], "run_token": self.row["run_token"]}

    def _announce(self, began: float) -> None:
        """Tell watchdog and supervisor what runs, since when, and for how long it may."""
        self.running = Running(
            self.row["id"],
            self.row["run_token"],
            began,
            self.limit,
            self.cr.connection.get_backend_pid(),
            # This run counts, also where only the supervisor is left to say so.
            retry=(self.row["retry"] or 0) + 1,
        )
        self.status.begin(self.running)

    def _limit_by_function(self, job) -> None:
        """The job function's own limit stands between its caller's and its channel's,
        and it says whether a job that ran over it is tried again: the supervisor must
        know, as it may have to settle that in our place."""
        limits = job._function_limits()
        if limits.time_limit and not self.row["time_limit"]:
            self.limit = float(min(limits.time_limit, self.bound or limits.time_limit))
        again = job._retry_after_timeout() if limits.retry_on_timeout and self.limit else None
        if again or self.limit != self.running.limit:
            retry, seconds = again or (self.running.retry, -1.0)
            self.running = replace(
                self.running, limit=self.limit, retry=retry, retry_seconds=seconds
            )
            self.status.begin(self.running)

    def _load(self):
        """Build the job from its row: anything may be wrong with it by now."""
        from ..job import Job  # the models' floor, known once the registry is loaded

        env = api.Environment(self.cr, self.row["user_id"] or SUPERUSER_ID, {}, self.row["su"])
        job = Job._from_row(env, self.row)
        # What the job leaves to be computed is computed as its own user. The cursor is
        # older than the job: without this, it would be as the user of the first one.
        self.cr.transaction.default_env = job.env
        check_allowed(job, only_declared=self.only_declared)
        return job

    def _succeed(self, job, seconds: float, *, is_first: bool) -> None:
        # Reports are guarded by the token, which is gone afterwards.
        self._job_now.recording.flush()
        result = job._result_text()
        if job._function_limits().notify_user:
            job._notify_requester()
        # Taken as late as possible: until then the watchdog may give it to others. Not
        # after a conflict, as its row may be what was in the way, nor after an
        # interruption that came too late for this job: the process ends then.
        if is_first and not self.interrupter.was_pulled:
            self.next_id = self.take_next()
        end = {
            "seconds": seconds,
            "retry": job.retry,
            "result": result,
            "next_id": self.next_id,
            "is_retry": self.row["attempt"] > 1,
            "has_checkpoint": self._job_now.has_state,
        }
        try:
            if self._has_touched_nothing():
                self._finish_at_once(end)
            else:
                if not finish.finish(self.cr, **self._fence, **end):
                    raise LeaseLost(self.row["id"])
                faults.point("before_commit")
            self._commit()
        except BaseException:
            if self.next_id is not None:
                # This job may run again, for whatever time: the next one goes to others.
                self.put_back(self.next_id)
                self.next_id = None
            raise
        self.is_next_begun = self.next_id is not None
        faults.point("after_commit")

    def _has_touched_nothing(self) -> bool:
        """Whether the job, flushed, has said nothing to the database."""
        return self.cr.connection.status == psycopg2.extensions.STATUS_READY

    def _finish_at_once(self, end: dict[str, Any]) -> None:
        """Settle a job that has no transaction: one round trip instead of three.

        What its commit does besides (hooks, caches) follows, and costs none.
        """
        faults.point("before_commit")
        if not finish.finish(self.control, **self._fence, **end):
            # A connection that broke before the answer came makes the statement run
            # twice: then it was we who ended this run.
            is_done = {"job_id": self.row["id"], "attempt": self.row["attempt"]}
            if not finish.is_done(self.control, **is_done):
                raise LeaseLost(self.row["id"])

    def _commit(self) -> None:
        try:
            self.cr.commit()
        except Exception:
            # Also what is to be done after a commit may fail, and the connection may break
            # between the commit and its answer.
            is_done = {"job_id": self.row["id"], "attempt": self.row["attempt"]}
            if not finish.is_done(self.control, **is_done):
                raise
            _logger.exception(
                "Job %s (%s) is done, but what had to follow its commit failed",
                self.row["uuid"],
                self._function,
            )

    def _settle_error(self, job, error: BaseException, seconds: float) -> Outcome:
        if self.cr.connection.closed:
            # The database went away under the job, whatever the job has made of that.
            raise psycopg2.OperationalError(str(error)) from error
        self._job_now.recording.flush()
        if isinstance(error, NothingToDoJob):
            return self._nothing_to_do(job, error, seconds)
        if isinstance(error, RetryableJobError):
            return self._retry(job, error)
        return self._fail(job, error, traceback.format_exc())

    def _conflict(self, tries: int, error: Exception) -> Outcome:
        """Two transactions got into each other's way too often: try again later, from
        a budget that has nothing to do with the job's own retries."""
        postponed = settle.conflicts(self.control, job_id=self.row["id"])
        step = conflict_step(tries, postponed)
        if step.action == "give_up":
            return self._fail(None, error, traceback.format_exc())
        settle.postpone(
            self.control,
            **self._fence,
            seconds=step.seconds,
            retry=self.row["retry"],
            message=mask_text(f"{tries} times in conflict with other transactions: {error}"),
            exc_name=qualified_name(error),
            outcome="conflict",
        )
        return Outcome.RETRY

    def _retry(self, job, error: RetryableJobError) -> Outcome:
        message = mask_text(str(error))
        seconds = job._get_retry_seconds(error.seconds)
        settle.postpone(
            self.control,
            **self._fence,
            seconds=seconds,
            retry=job.retry,
            message=message,
            exc_name=qualified_name(error),
            exc_info=mask_traceback(traceback.format_exc()),
        )
        _logger.info("Job %s is to run again in %s s: %s", self.row["uuid"], seconds, message)
        return Outcome.RETRY

    def _nothing_to_do(self, job, error: NothingToDoJob, seconds: float) -> Outcome:
        self._end(
            finish.finish,
            orm_ends.done(job, str(error), seconds),
            seconds=seconds,
            retry=job.retry,
            result=str(error),
            is_retry=self.row["attempt"] > 1,
            has_checkpoint=self._job_now.has_state,
        )
        self._release_dependents()
        if job._function_limits().notify_user:
            Teller(self.cr, self.status, self.interrupter).guarded(
                self.row, job._notify_requester, "The user of job %s could not be told"
            )
        return Outcome.DONE

    def _fail(self, job, error: BaseException, exc_info: str) -> Outcome:
        values = failure_values(error, exc_info)
        _logger.error(
            "Job %s (%s) failed: %s\n%s",
            self.row["uuid"],
            self._function,
            values["exc_message"],
            values["exc_info"],
        )
        end = {"state": "failed", **values}
        if self._end(settle.fail, end, **values, retry=job.retry if job else None):
            self._tell_failure(values)
        return Outcome.FAILED

    def _end(self, settling: Callable[..., bool], values: dict[str, Any], **params) -> bool:
        """Write an end of the job after its own transaction was rolled back.

        :param settling: function of the store that does so
        :param values: the same as values of queue.job, for addons that want to see them
        :param params: what the function takes besides cursor and fence
        :return: False when the lease was lost
        """
        if orm_ends.are_wanted(self.cr) and fence.is_held(self.control, **self._fence):

            def through_orm() -> None:
                orm_ends.write(self.cr, self.row, values)
                if not settling(self.cr, **self._fence, **params):
                    raise RuntimeError("The lease was lost meanwhile")

            teller = Teller(self.cr, self.status, self.interrupter)
            message = "The end of job %s is written past other addons, as they raised an error"
            if teller.guarded(self.row, through_orm, message):
                return True
        return settling(self.control, **self._fence, **params)

    def _interrupted(self, job, reason: Reason, exc_info: str) -> Outcome:
        """Settle a job that was stopped; its process is not used again."""
        self.stopped_for = reason
        self._job_now.recording.flush()
        if reason is Reason.TIMEOUT and self.running.retry_seconds >= 0:
            settle.postpone(
                self.control,
                **self._fence,
                seconds=self.running.retry_seconds,
                retry=self.running.retry,
                message=f"The job ran longer than its limit of {self.limit:g} s",
                exc_name=f"{_EXCEPTION_MODULE}.JobTimeout",
                exc_info=mask_traceback(exc_info),
                outcome="timeout",
            )
        elif reason is Reason.TIMEOUT:
            values = {
                "exc_name": f"{_EXCEPTION_MODULE}.JobTimeout",
                "exc_message": f"The job ran longer than its limit of {self.limit:g} s",
                "exc_info": mask_traceback(exc_info),
            }
            _logger.error(
                "Job %s (%s) ran longer than its limit of %g s and was stopped",
                self.row["uuid"],
                self._function,
                self.limit,
            )
            retry = job.retry if job else None
            end = {"state": "failed", **values}
            if self._end(settle.fail, end, **values, retry=retry, outcome="timeout"):
                self._tell_failure(values)
        elif reason is Reason.CANCEL:
            result = "Cancelled while it was running"
            self._end(settle.cancel, {"state": "cancelled", "result": result}, result=result)
            self._release_dependents()
        else:
            settle.release(self.control, job_ids=[self.row["id"]], run_token=self.row["run_token"])
        return Outcome.INTERRUPTED

    def _tell_failure(self, values: dict[str, str]) -> None:
        self._release_dependents()
        Teller(self.cr, self.status, self.interrupter).tell(self.row, values)

    def _release_dependents(self) -> None:
        if not self.row["graph_uuid"]:
            return
        try:
            _released, cancelled = dependents.release(self.control, parent_ids=[self.row["id"]])
            if cancelled and orm_ends.are_wanted(self.cr):
                Teller(self.cr, self.status, self.interrupter).guarded(
                    self.row,
                    functools.partial(orm_ends.repeat, self.cr, cancelled),
                    "Other addons could not see what was cancelled with job %s",
                )
        except psycopg2.Error as error:
            # The job has ended, whatever happens here: every sweep does the same.
            _logger.warning(
                "What waits for job %s is released by the next sweep: %s", self.row["uuid"], error
            )

    def _rollback(self) -> None:
        # First of all: until then another interruption may come.
        self.interrupter.disarm()
        with suppress(psycopg2.InterfaceError, psycopg2.OperationalError):
            connections.ends_no_more(self.cr)
            self.cr.rollback()
        self.cr.reset()

    @property
    def _function(self) -> str:
        return f"{self.row['model_name']}.{self.row['method_name']}"

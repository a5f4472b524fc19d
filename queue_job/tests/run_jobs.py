# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Running stored jobs in a test, with the statements of the real engine."""

from __future__ import annotations

import logging
import os
import secrets
import time
import traceback
from contextlib import contextmanager, nullcontext
from datetime import datetime

from odoo import SUPERUSER_ID, api

from odoo.addons.queue_job import uniqueness
from odoo.addons.queue_job.engine import channel_sync, current
from odoo.addons.queue_job.engine.failure import failure_values, qualified_name
from odoo.addons.queue_job.engine.permission import check_allowed
from odoo.addons.queue_job.engine.recording import Recording
from odoo.addons.queue_job.exception import NothingToDoJob, RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.store import claim, dependents, finish, load, promote, runners, settle

_logger = logging.getLogger(__name__)


def run_jobs(env, now: datetime | None = None, limit: int = 10_000) -> int:
    """Run what a server would run, one job at a time, until nothing is due.

    Channels, priorities, keys, dependencies and retries count as they do in a server;
    only the processes are missing: all happens on the cursor of the test. A job that
    fails ends as failed, its error is in the job's record.

    :param env: environment of the test
    :param now: what the engine takes for the present (naive UTC); give a later time to
        run jobs with an ETA, or retries
    :param limit: stop after so many runs
    :return: number of runs
    """
    cr = env.cr
    env.flush_all()
    uniqueness.take_keys(cr)
    channel_sync.create_missing(cr)
    count = 0
    with _runner(cr, now) as runner_id:
        while count < limit:
            promote.promote(cr, now=now)
            claimed = _claim(cr, runner_id, now)
            if not claimed:
                dependents.release_all(cr, now=now)
                claimed = _claim(cr, runner_id, now)
            if not claimed:
                break
            for job in claimed:
                _run(cr, job.id, job.run_token, now)
                count += 1
            uniqueness.take_keys(cr)
            channel_sync.create_missing(cr)
    env.invalidate_all()
    return count


@contextmanager
def _runner(cr, now):
    """A server with one worker, as long as the block lasts."""
    cr.execute("SELECT current_setting('lock_timeout')")
    (lock_timeout,) = cr.fetchone()
    runner_id = runners.register(
        cr,
        name="test",
        uuid=secrets.token_hex(16),
        hostname="test",
        boot_id="test",
        pid_namespace="test",
        pid=os.getpid(),
        start_ticks=0,
        slots=1,
        version="test",
        now=now,
    )
    try:
        yield runner_id
    finally:
        runners.unregister(cr, runner_id=runner_id)
        # The claim sets it for its own transaction, which is the test's here.
        cr.execute("SELECT set_config('lock_timeout', %s, true)", [lock_timeout])


def _claim(cr, runner_id: int, now) -> list:
    runners.beat(cr, runner_id=runner_id, worker_pids=[os.getpid()], now=now)
    return claim.claim(cr, runner_id=runner_id, worker_pids=[os.getpid()], now=now)


def _run(cr, job_id: int, run_token: int, now) -> None:
    (row,) = load.load_pack(cr, job_ids=[job_id], run_token=run_token)
    fence = {"job_id": job_id, "run_token": run_token}
    began = time.monotonic()
    job = None
    work = _Work(cr)
    recording = Recording(**fence, cursor=lambda: nullcontext(cr), is_live=False)
    job_now = current.CurrentJob(
        job_id=job_id,
        uuid=row["uuid"],
        function=f"{row['model_name']}.{row['method_name']}",
        cr=cr,
        recording=recording,
        commit=work.commit,
    )
    try:
        with work, current.running(job_now):
            env = api.Environment(cr, row["user_id"] or SUPERUSER_ID, {}, row["su"])
            job = Job._from_row(env, row)
            check_allowed(job, only_declared=False)
            job.perform()
            if job.is_nothing_to_do:
                raise NothingToDoJob(job.result)
            with job.counted():
                job.env.flush_all()
            recording.flush()
            _finish(cr, row, job, job_now, began, now)
    except NothingToDoJob:
        # What it did before it noticed is undone, as in a server.
        recording.flush()
        _finish(cr, row, job, job_now, began, now)
    except RetryableJobError as error:
        recording.flush()
        settle.postpone(
            cr,
            **fence,
            seconds=job._get_retry_seconds(error.seconds),
            retry=job.retry,
            message=str(error),
            exc_name=qualified_name(error),
            exc_info=traceback.format_exc(),
            now=now,
        )
    except Exception as error:
        _logger.info("Job %s failed", row["uuid"], exc_info=True)
        recording.flush()
        _fail(cr, row, job, error, fence, now)
    dependents.release(cr, parent_ids=[job_id], now=now)
    if cr.transaction:
        cr.transaction.invalidate_field_data()


class _Work:
    """A job's transaction within that of the test: a savepoint, and after each
    checkpoint a new one."""

    def __init__(self, cr) -> None:
        self._cr = cr
        self._savepoint = cr.savepoint()

    def commit(self) -> None:
        self._savepoint.close(rollback=False)
        self._savepoint = self._cr.savepoint()

    def __enter__(self) -> _Work:  # noqa: PYI034
        return self

    def __exit__(self, exc_type, *_rest) -> None:
        self._savepoint.close(rollback=exc_type is not None)


def _finish(cr, row: dict, job: Job, job_now: current.CurrentJob, began: float, now) -> None:
    if job._function_limits().notify_user:
        job._notify_requester()
    finish.finish(
        cr,
        job_id=row["id"],
        run_token=row["run_token"],
        seconds=time.monotonic() - began,
        retry=job.retry,
        result=job._result_text(),
        is_retry=row["attempt"] > 1,
        has_checkpoint=job_now.has_state,
        now=now,
    )


def _fail(cr, row: dict, job: Job | None, error: Exception, fence: dict, now) -> None:
    values = failure_values(error, traceback.format_exc())
    settle.fail(cr, **fence, **values, retry=job.retry if job else None, now=now)
    if cr.transaction:
        cr.transaction.invalidate_field_data()
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["queue.job"].browse(row["id"])._message_post_on_failure()
    if job:
        job.on_fail(values)
    env.flush_all()

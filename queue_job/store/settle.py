# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Ends of a run other than success: failed, retried, given back, crashed.

One statement each, over an autocommit (READ COMMITTED) connection and never in the
job's own transaction, which is gone by then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from .clock import NOW
from .settlement import AGAIN, FREE, MAX_CRASHES, MAX_DISCONNECTS, settle


def fail(
    cr,
    *,
    job_id: int,
    run_token: int,
    exc_name: str,
    exc_message: str,
    exc_info: str,
    retry: int | None = None,
    outcome: str = "failed",
    now: datetime | None = None,
) -> bool:
    """Set a job failed with its error.

    :param retry: value of the retry counter after the run, None leaves it
    :param outcome: what the attempt's history says ('failed' or 'timeout')
    :return: False when the lease was lost, in which case nothing is written
    """
    return bool(
        settle(
            cr,
            f"""
           state = 'failed',
           retry = COALESCE(%(retry)s, j.retry),
           crashes = 0,
           exc_name = %(exc_name)s,
           exc_message = %(exc_message)s,
           exc_info = %(exc_info)s,
           exec_time = EXTRACT(EPOCH FROM {NOW} - j.date_started),
           unique_key = NULL,
{FREE}
            """,
            outcome=outcome,
            ids=[job_id],
            run_token=run_token,
            exc_name=exc_name,
            exc_message=exc_message,
            exc_info=exc_info,
            retry=retry,
            now=now,
        )
    )


def cancel(
    cr,
    *,
    job_id: int,
    run_token: int,
    result: str,
    now: datetime | None = None,
) -> bool:
    """Set a running job cancelled, with a text that says why.

    :return: False when the lease was lost
    """
    return bool(
        settle(
            cr,
            f"""
           state = 'cancelled',
           result = %(result)s,
           date_cancelled = {NOW},
           unique_key = NULL,
{FREE}
            """,
            outcome="cancelled",
            ids=[job_id],
            run_token=run_token,
            result=result,
            now=now,
        )
    )


def postpone(
    cr,
    *,
    job_id: int,
    run_token: int,
    seconds: float,
    retry: int,
    message: str,
    exc_name: str | None = None,
    exc_info: str | None = None,
    outcome: str = "retry",
    now: datetime | None = None,
) -> bool:
    """Put a job back to pending, to run again in ``seconds``.

    :param retry: value of the retry counter to store
    :param message: why, stored as the job's result (as callers know it) and in the
        attempt's history
    :param outcome: what the attempt's history says ('retry' or 'conflict')
    :return: False when the lease was lost
    """
    return bool(
        settle(
            cr,
            f"""
           eta = {NOW} + %(seconds)s * interval '1 second',
           is_due = %(seconds)s <= 0,
           retry = %(retry)s,
           crashes = 0,
           result = %(exc_message)s,
           exc_name = NULL,
           exc_message = NULL,
           exc_info = NULL,
{AGAIN}
            """,
            outcome=outcome,
            ids=[job_id],
            run_token=run_token,
            seconds=seconds,
            retry=retry,
            exc_name=exc_name,
            exc_message=message,
            exc_info=exc_info,
            now=now,
        )
    )


def release(cr, *, job_ids: list[int], run_token: int, now: datetime | None = None) -> list[int]:
    """Give jobs back as if they had never been claimed: no attempt is counted.

    :return: ids of the jobs that are pending again
    """
    rows = settle(
        cr,
        f"attempt = GREATEST(j.attempt - 1, 0), {AGAIN}",
        outcome="released",
        ids=job_ids,
        run_token=run_token,
        now=now,
    )
    return [row[0] for row in rows]


# A member of a pack that had not begun is simply given back; one that was running
# when its process died counts a crash, and the third in a row is the last.
_CRASHED = f"""
           crashes = CASE WHEN held.state = 'started' THEN held.crashes + 1 ELSE held.crashes END,
           attempt = CASE WHEN held.state = 'started' THEN held.attempt
                          ELSE GREATEST(held.attempt - 1, 0) END,
           state = CASE WHEN held.state = 'started' AND held.crashes + 1 >= %(max_crashes)s
                        THEN 'failed' ELSE 'pending' END,
           exc_name = CASE WHEN held.state = 'started' AND held.crashes + 1 >= %(max_crashes)s
                           THEN %(exc_name)s END,
           exc_message = CASE WHEN held.state = 'started' AND held.crashes + 1 >= %(max_crashes)s
                              THEN %(exc_message)s END,
           exc_info = CASE WHEN held.state = 'started' AND held.crashes + 1 >= %(max_crashes)s
                           THEN %(exc_info)s END,
           date_enqueued = NULL,
           date_started = NULL,
           unique_key = CASE WHEN held.state = 'started'
                                  AND held.crashes + 1 >= %(max_crashes)s
                             THEN NULL ELSE {{unique_key}} END,
{FREE}
"""

#: What a job is told to have died of.
DEAD = {
    "exc_name": "JobFoundDead",
    "exc_message": f"The process that ran this job died {MAX_CRASHES} times in a row",
    "exc_info": "Job found dead: no exception was raised, its process ended without a word "
    "(killed, out of memory, or a crash in a library). See the server's log.",
}


def crash(
    cr, *, job_ids: list[int], run_token: int, now: datetime | None = None
) -> list[tuple[int, str]]:
    """Settle the jobs of a worker process that died.

    :return: (id, new state) of each: pending, or failed after MAX_CRASHES in a row
    """
    return settle(
        cr, _CRASHED, outcome="crashed", ids=job_ids, run_token=run_token, now=now, **DEAD
    )


_TIMES_DISCONNECTED = """
    (SELECT count(*) FROM queue_job_attempt a
      WHERE a.job_id = j.id AND a.outcome = 'disconnected')
"""
_GIVES_UP = f"(held.state = 'started' AND {_TIMES_DISCONNECTED} + 1 >= %(max_disconnects)s)"

# The next try comes after 1, 2, 4 ... 60 s: the database may need the time.
_DISCONNECTED = f"""
           attempt = CASE WHEN held.state = 'started' THEN held.attempt
                          ELSE GREATEST(held.attempt - 1, 0) END,
           state = CASE WHEN {_GIVES_UP} THEN 'failed' ELSE 'pending' END,
           eta = CASE WHEN held.state = 'started'
                      THEN {NOW} + LEAST(2 ^ {_TIMES_DISCONNECTED}, 60) * interval '1 second'
                      ELSE j.eta END,
           is_due = held.state != 'started' AND j.is_due,
           exc_name = CASE WHEN {_GIVES_UP} THEN %(exc_name)s END,
           exc_message = CASE WHEN {_GIVES_UP} THEN %(exc_message)s END,
           exc_info = CASE WHEN {_GIVES_UP} THEN %(exc_info)s END,
           date_enqueued = NULL,
           date_started = NULL,
           unique_key = CASE WHEN {_GIVES_UP} THEN NULL ELSE {{unique_key}} END,
{FREE}
"""


#: What a job is told that loses its database again and again.
DISCONNECTED = {
    "exc_name": "JobDisconnected",
    "exc_message": f"The database was lost {MAX_DISCONNECTS} times while this job ran",
    "exc_info": "No exception was raised by the job itself: each time its connection broke. See "
    "the logs of server and database: a statement of the job may bring the database down.",
}


def disconnect(
    cr, *, job_ids: list[int], run_token: int, now: datetime | None = None
) -> list[tuple[int, str]]:
    """Settle the jobs of a worker that lost its database while it ran one of them.

    No crash is counted: the database was restarted, or the network failed.

    :return: (id, new state) of each: pending, or failed after MAX_DISCONNECTS
    """
    return settle(
        cr,
        _DISCONNECTED,
        outcome="disconnected",
        ids=job_ids,
        run_token=run_token,
        now=now,
        **DISCONNECTED,
    )


def reclaim(cr, *, runner_ids: list[int], now: datetime | None = None) -> list[tuple[int, str]]:
    """Take back every job leased by runners that are known to be dead.

    Rows that are locked are skipped: a zombie is committing right now, and wins.

    :return: (id, new state) of each job
    """
    return settle(
        cr,
        _CRASHED,
        outcome="crashed",
        where="j.run_token IS NOT NULL AND j.runner_id = ANY(%(runner_ids)s)",
        skip_locked=True,
        runner_ids=runner_ids,
        now=now,
        **DEAD,
    )


def reclaim_expired(cr, *, now: datetime | None = None) -> list[tuple[int, str]]:
    """Take back every job whose runner has been declared dead, or has no row any more.

    Declared, and not merely silent: a runner that is late and beats in this very moment
    goes on with its jobs.

    :return: (id, new state) of each job
    """
    return settle(
        cr,
        _CRASHED,
        outcome="crashed",
        where="""j.run_token IS NOT NULL
              AND NOT EXISTS (
                  SELECT 1 FROM queue_job_runner alive
                   WHERE alive.id = j.runner_id AND alive.state != 'dead')""",
        skip_locked=True,
        now=now,
        **DEAD,
    )


def release_unheld(
    cr, *, runner_id: int, held: Collection[int], now: datetime | None = None
) -> list[int]:
    """Give back what a living runner has leased and none of its workers has.

    The answer to a claim may get lost on its way, when the connection breaks after the
    commit; and nobody else takes a job from a runner that beats.

    :param held: run tokens of what its workers have
    :return: ids of the jobs that are pending again
    """
    rows = settle(
        cr,
        f"attempt = GREATEST(j.attempt - 1, 0), {AGAIN}",
        outcome="released",
        where="""j.run_token IS NOT NULL AND j.runner_id = %(runner_id)s
             AND j.run_token != ALL(%(held)s::bigint[])""",
        skip_locked=True,
        runner_id=runner_id,
        held=list(held),
        now=now,
    )
    return [row[0] for row in rows]


def conflicts(cr, *, job_id: int) -> int:
    """How often a job went back to the queue for conflicts with other transactions."""
    cr.execute(
        "SELECT count(*) FROM queue_job_attempt WHERE job_id = %s AND outcome = 'conflict'",
        (job_id,),
    )
    return cr.fetchone()[0]

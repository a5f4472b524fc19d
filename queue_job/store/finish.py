# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The end of a job that went well, written in the job's own transaction."""

from __future__ import annotations

from datetime import datetime

from .clock import NOW
from .quiet import execute_quietly

# A function and not statements: its plans are made once for a connection, also behind a
# pooler, and planning was more than half of the price of ending a short job. VOLATILE
# (the default) also tells a pooler with standbys that it writes.
DEFINITION = """
CREATE OR REPLACE FUNCTION queue_job_finish(
    p_id integer,
    p_token bigint,
    p_seconds double precision,
    p_retry integer,
    p_result text,
    p_next_id integer,
    p_is_retry boolean,
    p_has_checkpoint boolean,
    p_now timestamp
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    now_utc timestamp := COALESCE(p_now, clock_timestamp() AT TIME ZONE 'UTC');
BEGIN
    IF p_is_retry THEN
        -- A success at the first try leaves no history: the job's own row says it all.
        INSERT INTO queue_job_attempt (
            job_id, number, runner_name, worker_pid, date_start, date_end, outcome)
        SELECT j.id, j.attempt, r.name, j.worker_pid,
               now_utc - p_seconds * interval '1 second', now_utc, 'done'
          FROM queue_job j
          LEFT JOIN queue_job_runner r ON r.id = j.runner_id
         WHERE j.id = p_id AND j.run_token = p_token;
    END IF;
    IF p_is_retry OR p_has_checkpoint THEN
        -- Whoever runs it again, by hand, wants it from the start.
        DELETE FROM queue_job_checkpoint
         WHERE job_id = (SELECT id FROM queue_job WHERE id = p_id AND run_token = p_token);
    END IF;
    UPDATE queue_job
       SET state = 'done',
           result = p_result,
           retry = p_retry,
           crashes = 0,
           exc_name = NULL,
           exc_message = NULL,
           exc_info = NULL,
           date_started = now_utc - p_seconds * interval '1 second',
           date_done = now_utc,
           exec_time = p_seconds,
           unique_key = NULL,
           run_token = NULL,
           runner_id = NULL
     WHERE id = p_id AND run_token = p_token;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF p_next_id IS NOT NULL THEN
        -- The member of the pack that runs next is marked in the same round trip and the
        -- same commit: a commit of its own would cost a third of the throughput of short
        -- jobs. Its row is leased by us, so nobody else writes it; should someone do by
        -- hand, the serialization failure makes the worker finish this job alone.
        UPDATE queue_job
           SET state = 'started', date_started = now_utc
         WHERE id = p_next_id AND run_token = p_token;
    END IF;
    RETURN true;
END
$$
"""

# A pooler with standbys must not take it for a read.
_CALL = """/*NO LOAD BALANCE*/ SELECT queue_job_finish(
    %(id)s, %(run_token)s, %(seconds)s, %(retry)s, %(result)s, %(next_id)s, %(is_retry)s,
    %(has_checkpoint)s, %(now)s)"""


def finish(
    cr,
    *,
    job_id: int,
    run_token: int,
    seconds: float,
    retry: int = 0,
    result: str | None = None,
    next_id: int | None = None,
    is_retry: bool = False,
    has_checkpoint: bool = False,
    now: datetime | None = None,
) -> bool:
    """Set a job done, guarded by its token; the caller commits.

    The job's work and its ``done`` commit together, so the effect of a job in the
    database happens exactly once.

    :param seconds: how long it ran, by the worker's monotonic clock (the two dates are
        the database's, so that drifting clocks never give a negative duration)
    :param retry: the value of the job's retry counter after the run
    :param result: text to store, or None
    :param next_id: member of the same pack that begins after this commit, or None
    :param is_retry: whether an earlier attempt is in the history, which then gets this one
    :param has_checkpoint: this run has stored or read where to go on (an earlier one
        may have too)
    :return: False when the lease was lost: the caller must roll back
    """
    execute_quietly(
        cr,
        _CALL,
        {
            "id": job_id,
            "run_token": run_token,
            "seconds": seconds,
            "retry": retry,
            "result": result,
            "next_id": next_id,
            "is_retry": is_retry,
            "has_checkpoint": has_checkpoint,
            "now": now,
        },
    )
    return cr.fetchone()[0]


def begin(cr, *, job_id: int, run_token: int, now: datetime | None = None) -> bool:
    """Mark a member of a pack as started, in a statement of its own.

    Used when the member before it did not finish well (its transaction is gone).

    :return: False when the lease was lost
    """
    cr.execute(
        f"""
        UPDATE queue_job
           SET state = 'started', date_started = {NOW}
         WHERE id = %(id)s AND run_token = %(run_token)s
        """,
        {"id": job_id, "run_token": run_token, "now": now},
    )
    return cr.rowcount == 1


def is_done(cr, *, job_id: int, attempt: int) -> bool:
    """Whether that attempt of a job is done, whatever the client heard of its commit.

    :param attempt: number of the attempt
    """
    cr.execute(
        "SELECT FROM queue_job WHERE id = %s AND attempt = %s AND state = 'done'",
        (job_id, attempt),
    )
    return cr.fetchone() is not None

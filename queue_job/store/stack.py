# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where running jobs stand: asked by a command, answered in a row beside the job's."""

from __future__ import annotations

from datetime import datetime

from ..rules.masking import mask_text
from ..rules.texts import storable
from .clock import NOW

_MAX_STATEMENT = 2000


def request(cr, *, job_id: int, user_id: int) -> datetime | None:
    """Ask where a running job stands; the caller commits.

    :return: the database's time (naive UTC): the answer is younger. None when the job is
        not running
    """
    cr.execute(
        """
        WITH asked AS (
            INSERT INTO queue_job_command (job_id, command, user_id, date)
            SELECT id, 'stack', %(user_id)s, clock_timestamp() AT TIME ZONE 'UTC'
              FROM queue_job
             WHERE id = %(id)s AND state = 'started' AND run_token IS NOT NULL
                ON CONFLICT DO NOTHING
        )
        SELECT clock_timestamp() AT TIME ZONE 'UTC'
          FROM queue_job
         WHERE id = %(id)s AND state = 'started' AND run_token IS NOT NULL
        """,
        {"id": job_id, "user_id": user_id},
    )
    row = cr.fetchone()
    return row[0] if row else None


def answer(
    cr,
    *,
    job_id: int,
    run_token: int,
    stack: str,
    statement: str | None = None,
    now: datetime | None = None,
) -> None:
    """Store where a job stands, guarded by its token, and remove the request."""
    cr.execute(
        f"""
        WITH asked AS (
            DELETE FROM queue_job_command WHERE job_id = %(id)s AND command = 'stack'
        )
        INSERT INTO queue_job_stack (job_id, attempt, stack, statement, date)
        SELECT id, attempt, %(stack)s, %(statement)s, {NOW}
          FROM queue_job
         WHERE id = %(id)s AND run_token = %(run_token)s
            ON CONFLICT (job_id) DO UPDATE
           SET attempt = EXCLUDED.attempt, stack = EXCLUDED.stack,
               statement = EXCLUDED.statement, date = EXCLUDED.date
        """,
        {
            "id": job_id,
            "run_token": run_token,
            "stack": storable(stack),
            "statement": statement,
            "now": now,
        },
    )


def statement_of(cr, *, backend_pid: int) -> str | None:
    """Describe what a job does in the database right now.

    :param backend_pid: the database's process that serves the job
    :return: text; None when it does nothing there, or we may not see it
    """
    cr.execute(
        """
        SELECT extract(epoch FROM clock_timestamp() - query_start)::float,
               wait_event_type, wait_event, query, pg_blocking_pids(pid)
          FROM pg_stat_activity
         WHERE pid = %s AND state = 'active' AND datname = current_database()
        """,
        (backend_pid,),
    )
    row = cr.fetchone()
    if row is None:
        return None
    seconds, wait_type, wait_event, query, blockers = row
    waits = f", waits for {wait_type} {wait_event}" if wait_event else ""
    blocked = f", held up by database process {', '.join(map(str, blockers))}" if blockers else ""
    query = storable(mask_text(query or ""))
    if len(query) > _MAX_STATEMENT:
        query = query[:_MAX_STATEMENT] + " …"
    return f"For {seconds or 0:.1f} s{waits}{blocked}:\n{query}"


def latest(cr, *, job_id: int) -> tuple[datetime, str, str | None] | None:
    """Return (date, stack, statement) of the last answer, None when there is none."""
    cr.execute("SELECT date, stack, statement FROM queue_job_stack WHERE job_id = %s", (job_id,))
    return cr.fetchone()

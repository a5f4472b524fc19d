# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How far running jobs have come: a row beside the job's, written past its transaction.

Nobody writes the row of a leased job but its own final transaction, and everybody may
read how far it is while that one is open.
"""

from __future__ import annotations

from datetime import datetime

from .clock import NOW

# On an autocommit connection the three statements are one transaction. A job may hold
# any lock on the table (one that installs modules does): waiting for it from the same
# process would last for ever. Losing the last second of a report in a crash of the
# database is no loss, so the commit need not wait for the disk.
QUICK = "SET LOCAL lock_timeout = '1s'; SET LOCAL synchronous_commit = off;"

_REPORT = f"""
    {QUICK}
    INSERT INTO queue_job_progress (job_id, attempt, done, total, message, date)
    SELECT id, attempt, %(done)s, %(total)s, %(message)s, {NOW}
      FROM queue_job
     WHERE id = %(id)s AND run_token = %(run_token)s
        ON CONFLICT (job_id) DO UPDATE
       SET attempt = EXCLUDED.attempt, done = EXCLUDED.done, total = EXCLUDED.total,
           message = EXCLUDED.message, date = EXCLUDED.date
"""


def report(
    cr,
    *,
    job_id: int,
    run_token: int,
    done: float,
    total: float | None,
    message: str | None,
    now: datetime | None = None,
) -> bool:
    """Write how far a running job has come, guarded by its token.

    :param cr: cursor of an autocommit connection
    :return: False when the lease was lost: nothing is written
    """
    cr.execute(
        _REPORT,
        {
            "id": job_id,
            "run_token": run_token,
            "done": done,
            "total": total,
            "message": message,
            "now": now,
        },
    )
    return cr.rowcount == 1


def of_jobs(cr, *, job_ids: list[int]) -> dict[int, tuple[float, float | None, str | None]]:
    """Return (done, total, message) by job id, of the jobs that have reported something."""
    cr.execute(
        "SELECT job_id, done, total, message FROM queue_job_progress WHERE job_id = ANY(%s)",
        (list(job_ids),),
    )
    return {row[0]: row[1:] for row in cr.fetchall()}

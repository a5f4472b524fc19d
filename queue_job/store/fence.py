# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The fence: is the job that I am running still mine?"""

from __future__ import annotations

from .quiet import execute_quietly


def hold(cr, *, job_id: int, run_token: int) -> bool:
    """Lock the job's row for the rest of the transaction, if the lease is still ours.

    To be called before a commit *inside* a job. FOR NO KEY UPDATE conflicts with the
    sweeper's UPDATE but not with the foreign keys of rows that point at the job, so
    nobody can take the job back between this check and the commit that follows.

    :return: False when the lease is lost. In REPEATABLE READ a row that changed since
        the snapshot raises a serialization failure instead, which means the same.
    """
    execute_quietly(
        cr,
        """
        SELECT 1 FROM queue_job
         WHERE id = %(id)s AND run_token = %(run_token)s
           FOR NO KEY UPDATE
        """,
        {"id": job_id, "run_token": run_token},
    )
    return cr.fetchone() is not None


def is_held(cr, *, job_id: int, run_token: int) -> bool:
    """Whether the job is leased under that token, without locking anything."""
    cr.execute(
        "SELECT 1 FROM queue_job WHERE id = %(id)s AND run_token = %(run_token)s",
        {"id": job_id, "run_token": run_token},
    )
    return cr.fetchone() is not None

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Requests to running jobs: rows of their own, as nobody writes a leased job's row."""

from __future__ import annotations

from datetime import datetime

from .clock import NOW


def requests(cr, *, runner_id: int) -> list[tuple[int, str]]:
    """What people want of the jobs leased by this runner.

    :return: (job id, 'cancel' or 'stack')
    """
    cr.execute(
        """
        SELECT c.job_id, c.command
          FROM queue_job_command c
          JOIN queue_job j ON j.id = c.job_id
         WHERE j.runner_id = %(runner_id)s AND j.run_token IS NOT NULL
        """,
        {"runner_id": runner_id},
    )
    return cr.fetchall()


def cancel_waiting(cr, *, now: datetime | None = None) -> list[int]:
    """Cancel jobs that went back to the queue before the request reached them.

    Their server died or was stopped, or they asked for another try in that very moment.
    One that was claimed again meanwhile is stopped by the server that runs it now.

    :return: ids of the jobs cancelled
    """
    cr.execute(
        f"""
        UPDATE queue_job
           SET state = 'cancelled',
               date_cancelled = {NOW},
               unique_key = NULL,
               result = 'Cancelled before it ran again'
         WHERE id IN (
               SELECT j.id
                 FROM queue_job_command c
                 JOIN queue_job j ON j.id = c.job_id
                WHERE c.command = 'cancel' AND j.run_token IS NULL
                  AND j.state IN ('pending', 'wait_dependencies')
                  FOR NO KEY UPDATE OF j SKIP LOCKED)
     RETURNING id
        """,
        {"now": now},
    )
    return [row[0] for row in cr.fetchall()]


def forget_settled(cr) -> None:
    """Remove requests for jobs that have ended meanwhile, whichever way."""
    cr.execute(
        """
        DELETE FROM queue_job_command c
         USING queue_job j
         WHERE j.id = c.job_id AND j.run_token IS NULL
           AND (c.command = 'stack' OR j.state NOT IN ('pending', 'wait_dependencies'))
        """
    )

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Is there anything to do? Asked by runners that believe there is not."""

from __future__ import annotations

from datetime import datetime

from .clock import NOW


def has_due_job(cr, *, now: datetime | None = None) -> bool:
    """Whether a job could be claimed, as far as its own row says.

    For what nobody is told of: ``UPDATE queue_job SET state = 'pending'`` by hand. One
    probe each of ``queue_job_claim_index`` and ``queue_job_promote_index``.
    """
    cr.execute(
        f"""
        SELECT EXISTS (SELECT FROM queue_job WHERE state = 'pending' AND is_due)
            OR EXISTS (SELECT FROM queue_job
                        WHERE state = 'pending' AND NOT is_due AND eta <= {NOW})
            OR EXISTS (SELECT FROM queue_job
                        WHERE state = 'pending' AND NOT is_due AND eta IS NULL)
        """,
        {"now": now},
    )
    return cr.fetchone()[0]


def needs_sweep(cr) -> bool:
    """Whether there is a row that only a sweep may bring on.

    Leased by a server that is gone, running by its state alone, or waiting for others. One
    probe each of ``queue_job_leased_index``, ``queue_job_orphan_index`` and
    ``queue_job_waiting_index``.
    """
    cr.execute(
        """
        SELECT EXISTS (SELECT FROM queue_job WHERE run_token IS NOT NULL)
            OR EXISTS (SELECT FROM queue_job
                        WHERE state IN ('enqueued', 'started') AND run_token IS NULL)
            OR EXISTS (SELECT FROM queue_job WHERE state = 'wait_dependencies')
        """
    )
    return cr.fetchone()[0]

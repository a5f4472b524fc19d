# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Scheduled jobs: parked out of the claim index until their time has come."""

from __future__ import annotations

from datetime import datetime

from .clock import NOW

# Bounds one statement: a million jobs that fall due in the same second are moved in
# steps, between which claims go on.
_BATCH = 1000


def promote(cr, *, limit: int = _BATCH, now: datetime | None = None) -> int:
    """Move due jobs into the claim index (``queue_job_promote_index``).

    :return: number of jobs moved; as many as ``limit`` means there may be more
    """
    cr.execute(
        f"""
        UPDATE queue_job
           SET is_due = true
         WHERE id IN (
               SELECT id FROM queue_job
                WHERE state = 'pending' AND NOT is_due AND (eta IS NULL OR eta <= {NOW})
                ORDER BY eta
                LIMIT %(limit)s
                  FOR UPDATE SKIP LOCKED)
        """,
        {"limit": limit, "now": now},
    )
    return cr.rowcount


def seconds_to_next(cr, *, now: datetime | None = None) -> float | None:
    """Seconds until the next scheduled job falls due (0 when one already has).

    :return: None when nothing is scheduled
    """
    cr.execute(
        f"""
        SELECT EXTRACT(EPOCH FROM min(eta) - {NOW})
          FROM queue_job
         WHERE state = 'pending' AND NOT is_due
        """,
        {"now": now},
    )
    (seconds,) = cr.fetchone()
    return None if seconds is None else max(float(seconds), 0.0)

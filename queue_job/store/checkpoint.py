# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where a job can go on from: stored in the transaction that commits the work so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .clock import NOW


def save(cr, *, job_id: int, state: str, now: datetime | None = None) -> None:
    """Store the state of a job; the caller commits it with the work that it stands for.

    Not guarded here: the commit of a job proves its lease first.

    :param cr: the job's own cursor
    :param state: JSON text
    """
    cr.execute(
        f"""
        INSERT INTO queue_job_checkpoint (job_id, state, date)
        VALUES (%(id)s, %(state)s, {NOW})
            ON CONFLICT (job_id) DO UPDATE SET state = EXCLUDED.state, date = EXCLUDED.date
        """,
        {"id": job_id, "state": state, "now": now},
    )


def load(cr, *, job_id: int):
    """Return the stored state of a job, parsed, None when there is none."""
    cr.execute("SELECT state FROM queue_job_checkpoint WHERE job_id = %s", (job_id,))
    row = cr.fetchone()
    return row[0] if row else None


def forget(cr, *, job_ids: Sequence[int]) -> None:
    """Let jobs begin from the start when they run again."""
    cr.execute("DELETE FROM queue_job_checkpoint WHERE job_id = ANY(%s)", (list(job_ids),))

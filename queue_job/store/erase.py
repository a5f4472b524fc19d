# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Erasing what ended jobs were called with, and what came of them.

Found by ``queue_job_prune_index``. Each channel remembers how far it has been erased,
so that a clean-up reads what ended since the last one and not all of a month's jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .clock import NOW

# A job may be locked, or commit its end late: what was passed over is found in the next
# days.
_OVERLAP = "interval '2 days'"


def ended_before(
    cr,
    *,
    channel: str | None,
    days: int,
    everything: bool,
    since: datetime | None,
    limit: int,
    now: datetime | None = None,
) -> list[tuple[int, datetime]]:
    """Done or cancelled jobs of a channel with something left to erase, oldest first.

    :param days: that ended so many days ago
    :param everything: results, errors, logs and the like are to be erased too
    :param since: the channel has been erased up to here, None for not at all
    :param limit: at most so many
    :return: (id, when it ended) of each, locked
    """
    where = "channel IS NULL" if channel is None else "channel = %(channel)s"
    left = "date_erased IS NULL"
    if everything:
        left = f"({left} OR result IS NOT NULL OR exc_message IS NOT NULL OR exc_info IS NOT NULL)"
    if since is not None:
        where += f" AND COALESCE(date_done, date_cancelled) >= %(since)s - {_OVERLAP}"
    cr.execute(
        f"""
        SELECT id, COALESCE(date_done, date_cancelled) FROM queue_job
         WHERE {where}
           AND state IN ('done', 'cancelled')
           AND COALESCE(date_done, date_cancelled) < {NOW} - %(days)s * interval '1 day'
           AND {left}
         ORDER BY COALESCE(date_done, date_cancelled)
         LIMIT %(limit)s
           FOR NO KEY UPDATE SKIP LOCKED
        """,
        {"channel": channel, "days": days, "since": since, "limit": limit, "now": now},
    )
    return cr.fetchall()


def erase(
    cr, *, job_ids: Sequence[int], everything: bool = False, now: datetime | None = None
) -> None:
    """Erase arguments, and the text of the call, which repeats them.

    :param everything: also results, errors, log lines and reports
    """
    more = ", result = NULL, exc_message = NULL, exc_info = NULL" if everything else ""
    params = {"ids": list(job_ids), "now": now}
    cr.execute(
        f"""
        UPDATE queue_job
           SET args = '[]', kwargs = '{{}}', func_string = NULL,
               date_erased = COALESCE(date_erased, {NOW}){more}
         WHERE id = ANY(%(ids)s)
        """,
        params,
    )
    # Where a job would go on is made of its data, and it goes nowhere any more.
    cr.execute("DELETE FROM queue_job_checkpoint WHERE job_id = ANY(%(ids)s)", params)
    if not everything:
        return
    cr.execute(
        """
        UPDATE queue_job_attempt SET exc_message = NULL, exc_info = NULL
         WHERE job_id = ANY(%(ids)s);
        UPDATE queue_job_progress SET message = NULL WHERE job_id = ANY(%(ids)s);
        DELETE FROM queue_job_log WHERE job_id = ANY(%(ids)s);
        DELETE FROM queue_job_stack WHERE job_id = ANY(%(ids)s)
        """,
        params,
    )


def mark(cr, *, channel_id: int, until: datetime) -> None:
    """Remember how far a channel has been erased."""
    cr.execute("UPDATE queue_job_channel SET erased_until = %s WHERE id = %s", (until, channel_id))

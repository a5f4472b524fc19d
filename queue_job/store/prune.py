# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finding jobs that ended long ago; ended ones are served by ``queue_job_prune_index``."""

from __future__ import annotations

import json
from datetime import datetime

from .clock import NOW


def channels_with_ended_jobs(cr) -> list[str | None]:
    """Names of the channels that have ended jobs, None among them for jobs without.

    A loose scan: one probe per channel, not one per job, and the jobs of channels
    that exist in no table are found too.
    """
    cr.execute(
        """
        WITH RECURSIVE found AS (
            (SELECT channel FROM queue_job
              WHERE state IN ('done', 'cancelled') AND channel IS NOT NULL
              ORDER BY channel LIMIT 1)
            UNION ALL
            SELECT (SELECT j.channel FROM queue_job j
                     WHERE j.state IN ('done', 'cancelled') AND j.channel > found.channel
                     ORDER BY j.channel LIMIT 1)
              FROM found WHERE found.channel IS NOT NULL
        )
        SELECT channel FROM found WHERE channel IS NOT NULL
        UNION ALL
        (SELECT NULL FROM queue_job
          WHERE state IN ('done', 'cancelled') AND channel IS NULL LIMIT 1)
        """
    )
    return [row[0] for row in cr.fetchall()]


def ended_before(
    cr, *, channel: str | None, days: int, limit: int, now: datetime | None = None
) -> list[int]:
    """Ids of done or cancelled jobs of a channel that ended so many days ago.

    :param limit: at most so many, the oldest first
    """
    where = "channel IS NULL" if channel is None else "channel = %(channel)s"
    cr.execute(
        f"""
        SELECT id FROM queue_job
         WHERE {where}
           AND state IN ('done', 'cancelled')
           AND COALESCE(date_done, date_cancelled) < {NOW} - %(days)s * interval '1 day'
         ORDER BY COALESCE(date_done, date_cancelled)
         LIMIT %(limit)s
           FOR UPDATE SKIP LOCKED
        """,
        {"channel": channel, "days": days, "limit": limit, "now": now},
    )
    return [row[0] for row in cr.fetchall()]


def waiting_with_an_end(
    cr,
    *,
    days_by_channel: dict[str, int],
    default: int,
    limit: int,
    now: datetime | None = None,
) -> list[int]:
    """Ids of jobs that no server ever began, and that carry the date of an end all the same.

    Modules, and their tests, write that date alone to have a job deleted. A job that has run
    and was set to pending in the database is another thing: it keeps the date of its start, and
    still has to run.

    :param days_by_channel: how long each channel keeps jobs
    :param default: the same for other channels
    :param limit: at most so many
    """
    cr.execute(
        f"""
        SELECT id FROM queue_job
         WHERE state IN ('wait_dependencies', 'pending')
           AND COALESCE(date_done, date_cancelled) < {NOW} - interval '1 day'
               * COALESCE((%(days)s::jsonb ->> channel)::int, %(default)s)
           AND attempt = 0 AND date_started IS NULL AND run_token IS NULL
         ORDER BY id
         LIMIT %(limit)s
           FOR UPDATE SKIP LOCKED
        """,
        {"days": json.dumps(days_by_channel), "default": default, "limit": limit, "now": now},
    )
    return [row[0] for row in cr.fetchall()]

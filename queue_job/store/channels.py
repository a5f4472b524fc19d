# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Channels as the claim sees them: rows of ``queue_job_channel``."""

from __future__ import annotations


def waiting(cr) -> list[str]:
    """Names of the channels that have a job to claim.

    A loose scan over ``queue_job_claim_index``: one probe per distinct channel, not
    one per job.
    """
    cr.execute(
        """
        WITH RECURSIVE found AS (
            (SELECT channel FROM queue_job
              WHERE state = 'pending' AND is_due
              ORDER BY channel LIMIT 1)
            UNION ALL
            SELECT (SELECT j.channel FROM queue_job j
                     WHERE j.state = 'pending' AND j.is_due AND j.channel > found.channel
                     ORDER BY j.channel LIMIT 1)
              FROM found WHERE found.channel IS NOT NULL
        )
        SELECT channel FROM found WHERE channel IS NOT NULL
        """
    )
    return [row[0] for row in cr.fetchall()]


def known(cr) -> dict[str, int]:
    """Complete names of all channels with their ids."""
    cr.execute("SELECT complete_name, id FROM queue_job_channel WHERE complete_name IS NOT NULL")
    return dict(cr.fetchall())


def time_limits(cr) -> dict[str, int]:
    """Time limits in seconds by complete name, 0 where a channel has none of its own."""
    cr.execute(
        """
        SELECT complete_name, COALESCE(time_limit, 0)
          FROM queue_job_channel WHERE complete_name IS NOT NULL
        """
    )
    return dict(cr.fetchall())


def add(cr, *, name: str, complete_name: str, parent_id: int | None) -> None:
    """Create a channel below its parent; another node may have been faster.

    It has no limits of its own: its ancestors bound it.
    """
    cr.execute(
        """
        INSERT INTO queue_job_channel (
            name, complete_name, parent_id, removal_interval,
            is_limited, capacity, sequential, paused, throttle, time_limit, pinned,
            erase_policy, erase_days)
        VALUES (%(name)s, %(complete_name)s, %(parent_id)s, 30,
                false, 0, false, false, 0, 0, false, 'inherit', 7)
        ON CONFLICT DO NOTHING
        """,
        {"name": name, "complete_name": complete_name, "parent_id": parent_id},
    )

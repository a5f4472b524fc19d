# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Channels as the claim sees them: rows of ``queue_job_channel``."""

from __future__ import annotations

from .clock import LEASE_SECONDS, NOW


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
            is_limited, capacity, sequential, paused, throttle, time_limit, pinned)
        VALUES (%(name)s, %(complete_name)s, %(parent_id)s, 30, false, 0, false, false, 0, 0, false)
        ON CONFLICT DO NOTHING
        """,
        {"name": name, "complete_name": complete_name, "parent_id": parent_id},
    )


def unpin_others(cr, *, complete_names: list[str]) -> None:
    """Channels that the configuration file names no longer are free to edit again.

    A file that names none has no say while other servers run: one of them may be the
    server whose file set these channels.
    """
    cr.execute(
        f"""
        UPDATE queue_job_channel SET pinned = false
         WHERE pinned AND complete_name != ALL(%(names)s)
           AND (cardinality(%(names)s::varchar[]) > 0
                OR 1 >= (SELECT count(*) FROM queue_job_runner
                          WHERE state = 'running'
                            AND date_beat > {NOW} - {LEASE_SECONDS} * interval '1 second'))
        """,
        {"names": complete_names, "now": None},
    )


def pin(
    cr,
    *,
    complete_name: str,
    capacity: int | None,
    sequential: bool,
    paused: bool,
    throttle: int,
    rate_limit: int,
    rate_period: int,
    rate_burst: int,
) -> None:
    """Set a channel to what the configuration file says, and mark it so.

    Writes only where something differs, so that servers starting at the same time
    with the same file don't wait for each other. ``paused`` in the file pauses, but
    its absence does not resume: an operator's pause survives a restart.
    """
    cr.execute(
        """
        UPDATE queue_job_channel
           SET is_limited = %(is_limited)s,
               capacity = %(capacity)s,
               sequential = %(sequential)s,
               paused = paused OR %(paused)s,
               throttle = %(throttle)s,
               rate_limit = %(rate_limit)s,
               rate_period = %(rate_period)s,
               rate_burst = %(rate_burst)s,
               pinned = true
         WHERE complete_name = %(name)s
           AND (is_limited, capacity, sequential, paused, throttle, rate_limit,
                rate_period, rate_burst, pinned)
               IS DISTINCT FROM
               (%(is_limited)s, %(capacity)s, %(sequential)s, paused OR %(paused)s,
                %(throttle)s, %(rate_limit)s, %(rate_period)s, %(rate_burst)s, true)
        """,
        {
            "name": complete_name,
            "is_limited": capacity is not None,
            "capacity": capacity or 0,
            "sequential": sequential,
            "paused": paused,
            "throttle": throttle,
            "rate_limit": rate_limit,
            "rate_period": rate_period,
            "rate_burst": rate_burst,
        },
    )


def pin_time_limit(cr, *, complete_name: str, seconds: int) -> None:
    """Set a channel's time limit (seconds) to what the configuration file says."""
    cr.execute(
        """
        UPDATE queue_job_channel SET time_limit = %(seconds)s
         WHERE complete_name = %(name)s AND time_limit IS DISTINCT FROM %(seconds)s
        """,
        {"name": complete_name, "seconds": seconds},
    )

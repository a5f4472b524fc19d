# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a dashboard asks: every statement costs the same with ten jobs and ten million.

Nothing here counts jobs. Small numbers are counted up to a limit, by an index that holds
no more than these jobs; large ones are what the last ANALYZE found in that index.
Why: ``docs/decisions/0006``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..rules.histogram import CLASSES
from .clock import LEASE_SECONDS, NOW

# Index entries that one look may read in all channels together: a few milliseconds.
_BUDGET = 5_000
_FEWEST = 20

# The index that holds the jobs of a state, with the condition that makes the planner use it.
_STATES = {
    "waiting": ("queue_job_claim_index", "state = 'pending' AND is_due"),
    "scheduled": ("queue_job_promote_index", "state = 'pending' AND NOT is_due"),
    "wait_dependencies": ("queue_job_waiting_index", "state = 'wait_dependencies'"),
    "running": ("queue_job_leased_index", "run_token IS NOT NULL"),
    "failed": ("queue_job_failed_index", "state = 'failed'"),
    "ended": ("queue_job_prune_index", "state IN ('done', 'cancelled')"),
}

# What shows of single jobs is for those who may see them; sums are for all managers.
_OF_COMPANIES = """
    (%(company_ids)s::int[] IS NULL OR q.company_id IS NULL OR q.company_id = ANY(%(company_ids)s))
"""


def _rows(cr) -> list[dict[str, Any]]:
    names = [column.name for column in cr.description]
    return [dict(zip(names, row, strict=True)) for row in cr.fetchall()]


def states(cr, *, limit: int = 1000) -> dict[str, tuple[int, bool]]:
    """Number of jobs by state.

    :param limit: up to here the number is exact
    :return: (number, whether it is exact) by name of ``_STATES``
    """
    found = {}
    for name, (index, condition) in _STATES.items():
        # The condition is one of ours above.  pylint: disable-next=sql-injection
        cr.execute(
            f"""
            SELECT (SELECT count(*) FROM (
                        SELECT FROM queue_job WHERE {condition} LIMIT %(limit)s + 1) few),
                   (SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%(index)s))
            """,
            {"limit": limit, "index": index},
        )
        few, about = cr.fetchone()
        found[name] = (few, True) if few <= limit else (max(few, about or 0), False)
    return found


def channels(cr, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """The channels with what runs and waits in each, in the order of their names.

    :return: one dict per channel; ``waiting`` is exact unless ``has_more``
    """
    cr.execute("SELECT count(*) FROM queue_job_channel")
    limit = max(_FEWEST, _BUDGET // max(cr.fetchone()[0], 1))
    cr.execute(
        f"""
        SELECT c.id, c.complete_name AS name, c.parent_id, c.is_limited, c.capacity, c.paused,
               c.sequential, c.throttle, c.rate_limit, c.rate_period, c.time_limit, c.pinned,
               COALESCE(r.running, 0) AS running,
               LEAST(w.waiting, %(limit)s) AS waiting, w.waiting > %(limit)s AS has_more,
               o.seconds AS oldest
          FROM queue_job_channel c
          LEFT JOIN (SELECT channel, count(DISTINCT run_token) AS running
                       FROM queue_job WHERE run_token IS NOT NULL GROUP BY channel) r
                 ON r.channel = c.complete_name
         CROSS JOIN LATERAL (
               SELECT count(*) AS waiting FROM (
                   SELECT FROM queue_job q
                    WHERE q.channel = c.complete_name AND q.state = 'pending' AND q.is_due
                    LIMIT %(limit)s + 1) few) w
          LEFT JOIN LATERAL (
               -- The first to be run: with one priority also the oldest.
               SELECT EXTRACT(EPOCH FROM {NOW} - GREATEST(q.date_created, q.eta))::float AS seconds
                 FROM queue_job q
                WHERE q.channel = c.complete_name AND q.state = 'pending' AND q.is_due
                ORDER BY q.channel, q.priority, q.date_created, q.id LIMIT 1) o ON true
         WHERE c.complete_name IS NOT NULL
         ORDER BY c.complete_name
        """,
        {"limit": limit, "now": now},
    )
    return _rows(cr)


def _grain(count: int) -> int:
    """Which rows to read for the last minutes: at most about a hundred for each function."""
    return 1 if count <= 60 else 10


# The rows of the last minutes (``queue_job_statistic_minute_index``).
_LATELY = f"""
    grain = %(grain)s AND minute > {NOW} - %(count)s * interval '1 minute'
"""


def _sum(column: str) -> str:
    """Sum of arrays, class by class; unnesting them would take ten times as long."""
    places = ", ".join(f"COALESCE(sum({column}[{place + 1}]), 0)" for place in range(CLASSES))
    return f"ARRAY[{places}]::bigint[]"


def minutes(cr, *, count: int, now: datetime | None = None) -> list[dict[str, Any]]:
    """Sums of the last minutes.

    :param count: how many minutes to go back
    :return: one dict per minute, or ten of them, in which something ran, oldest first
    """
    cr.execute(
        f"""
        SELECT minute, sum(done)::bigint AS done, sum(failed)::bigint AS failed,
               sum(retried)::bigint AS retried, sum(crashed + lost)::bigint AS crashed
          FROM queue_job_statistic
         WHERE {_LATELY}
         GROUP BY minute ORDER BY minute
        """,
        {"grain": _grain(count), "count": count, "now": now},
    )
    return _rows(cr)


def functions(
    cr, *, count: int, limit: int = 10, now: datetime | None = None
) -> list[dict[str, Any]]:
    """What ran most in the last minutes, failures first, with durations by class.

    :param count: how many minutes to go back
    :param limit: how many functions
    """
    cr.execute(
        f"""
        SELECT function, sum(done)::bigint AS done, sum(failed)::bigint AS failed,
               sum(retried)::bigint AS retried, sum(run_seconds) AS run_seconds,
               {_sum("runs")} AS runs
          FROM queue_job_statistic
         WHERE {_LATELY}
         GROUP BY function
         ORDER BY failed DESC, run_seconds DESC, function LIMIT %(limit)s
        """,
        {"grain": _grain(count), "count": count, "limit": limit, "now": now},
    )
    return _rows(cr)


def durations(cr, *, count: int, now: datetime | None = None) -> tuple[list[int], list[int]]:
    """Jobs of the last minutes by class of waiting and of running time.

    :return: (waits, runs), each as in ``rules.histogram``
    """
    cr.execute(
        f"SELECT {_sum('waits')}, {_sum('runs')} FROM queue_job_statistic WHERE {_LATELY}",
        {"grain": _grain(count), "count": count, "now": now},
    )
    return cr.fetchone()


def failures(cr, *, each: int = 20, company_ids: list[int] | None = None) -> list[dict[str, Any]]:
    """The latest failed jobs of each channel, grouped by function and error.

    :param each: how many of each channel are looked at (``queue_job_failed_index``)
    :param company_ids: only jobs of these, and of no company; None for all
    """
    cr.execute(
        f"""
        SELECT f.function, f.exc_name, count(*) AS jobs, max(f.date_done) AS last,
               (array_agg(f.exc_message ORDER BY f.id DESC))[1] AS message
          FROM queue_job_channel c
         CROSS JOIN LATERAL (
               SELECT q.id, q.channel_method_name AS function, q.exc_name,
                      left(q.exc_message, 200) AS exc_message, q.date_done
                 FROM queue_job q
                WHERE q.channel = c.complete_name AND q.state = 'failed'
                  AND {_OF_COMPANIES}
                ORDER BY q.channel, q.id DESC LIMIT %(each)s) f
         GROUP BY f.function, f.exc_name
         ORDER BY jobs DESC, last DESC NULLS LAST LIMIT 20
        """,
        {"each": each, "company_ids": company_ids},
    )
    return _rows(cr)


def nodes(cr, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """The job servers that are alive or died within the last hour."""
    cr.execute(
        f"""
        SELECT id, name, state, slots, version, date_start, listens, obstacle,
               EXTRACT(EPOCH FROM {NOW} - date_beat)::float AS silence,
               state = 'running' AND date_beat > {NOW} - {LEASE_SECONDS} * interval '1 second'
                   AS is_alive
          FROM queue_job_runner
         WHERE date_beat > {NOW} - interval '1 hour'
         ORDER BY is_alive DESC, name, id LIMIT 50
        """,
        {"now": now},
    )
    return _rows(cr)


def running(
    cr, *, limit: int = 200, company_ids: list[int] | None = None, now: datetime | None = None
) -> list[dict[str, Any]]:
    """The jobs that run now, longest first (``queue_job_leased_index``).

    :param company_ids: only jobs of these, and of no company; None for all
    """
    cr.execute(
        f"""
        SELECT q.id, q.runner_id, q.worker_pid, q.name, q.channel,
               q.channel_method_name AS function,
               EXTRACT(EPOCH FROM {NOW} - q.date_started)::float AS seconds,
               p.done AS progress_done, p.total AS progress_total, p.message AS progress_message
          FROM queue_job q
          LEFT JOIN queue_job_progress p ON p.job_id = q.id
         WHERE q.run_token IS NOT NULL AND q.state = 'started' AND {_OF_COMPANIES}
         ORDER BY q.date_started LIMIT %(limit)s
        """,
        {"limit": limit, "company_ids": company_ids, "now": now},
    )
    return _rows(cr)

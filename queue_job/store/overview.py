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

# Index entries that one look may read in all channels together, and in one at least: they
# share the budget, however many they are. A few milliseconds.
_BUDGET = 5_000
_FEWEST = 20
# Failed jobs are read from the table, which costs more.
_FAILURES_BUDGET = 300
_FEWEST_FAILURES = 5

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
    # One statement, as each costs more to send and to plan than its part to run.
    columns = ", ".join(
        f"""
        (SELECT count(*) FROM (
             SELECT FROM queue_job WHERE {condition} LIMIT %(limit)s + 1) few),
        (SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass('{index}'))
        """
        for index, condition in _STATES.values()
    )
    cr.execute(f"SELECT {columns}", {"limit": limit})
    row = cr.fetchone()
    found = {}
    for name, few, about in zip(_STATES, row[::2], row[1::2], strict=True):
        found[name] = (few, True) if few <= limit else (max(few, about or 0), False)
    return found


# The share of each channel in a budget.
_SHARE = """
    (SELECT GREATEST(%(fewest)s, %(budget)s / GREATEST(count(*), 1)) FROM queue_job_channel)
"""


def channels(cr, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """The channels with what runs and waits in each, in the order of their names.

    :return: one dict per channel; ``waiting`` is exact unless ``has_more``
    """
    cr.execute(
        f"""
        SELECT c.id, c.complete_name AS name, c.parent_id, c.is_limited, c.capacity, c.paused,
               c.sequential, c.throttle, c.rate_limit, c.rate_period, c.time_limit, c.pinned,
               COALESCE(r.running, 0) AS running,
               LEAST(w.waiting, {_SHARE}) AS waiting, w.waiting > {_SHARE} AS has_more,
               o.seconds AS oldest
          FROM queue_job_channel c
          LEFT JOIN (SELECT channel, count(DISTINCT run_token) AS running
                       FROM queue_job WHERE run_token IS NOT NULL GROUP BY channel) r
                 ON r.channel = c.complete_name
         CROSS JOIN LATERAL (
               SELECT count(*) AS waiting FROM (
                   SELECT FROM queue_job q
                    WHERE q.channel = c.complete_name AND q.state = 'pending' AND q.is_due
                    LIMIT {_SHARE} + 1) few) w
          LEFT JOIN LATERAL (
               -- The first to be run: with one priority also the oldest.
               SELECT EXTRACT(EPOCH FROM {NOW} - GREATEST(q.date_created, q.eta))::float AS seconds
                 FROM queue_job q
                WHERE q.channel = c.complete_name AND q.state = 'pending' AND q.is_due
                ORDER BY q.channel, q.priority, q.date_created, q.id LIMIT 1) o ON true
         WHERE c.complete_name IS NOT NULL
         ORDER BY c.complete_name
        """,
        {"budget": _BUDGET, "fewest": _FEWEST, "now": now},
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


# The same rows added up otherwise: whole tens of minutes, and minutes before the first one.
_FROM = f"({NOW} - %(count)s * interval '1 minute')"
_FIRST_TEN = f"""
    (SELECT timestamp 'epoch' + ceil(EXTRACT(EPOCH FROM {_FROM}) / 600) * interval '600 s')
"""
_ROUGHLY = f"""
    (grain = 1 AND minute > {_FROM} AND minute < {_FIRST_TEN}
     OR grain = 10 AND minute >= {_FIRST_TEN})
"""


def functions(
    cr, *, count: int, limit: int = 10, now: datetime | None = None
) -> tuple[list[dict[str, Any]], tuple[list[int], list[int]]]:
    """What ran most in the last minutes, failures first, and durations of all that ran.

    :param count: how many minutes to go back
    :param limit: how many functions
    :return: (one dict per function, with ``runs`` by class, (waits, runs) of all functions);
        classes as in ``rules.histogram``
    """
    cr.execute(
        f"""
        SELECT function, sum(done)::bigint AS done, sum(failed)::bigint AS failed,
               sum(retried)::bigint AS retried, sum(run_seconds) AS run_seconds,
               {_sum("runs")} AS runs, {_sum("waits")} AS waits, GROUPING(function) AS is_sum
          FROM queue_job_statistic
         WHERE {_ROUGHLY}
         GROUP BY GROUPING SETS ((function), ())
         ORDER BY is_sum DESC, failed DESC, run_seconds DESC, function LIMIT %(limit)s + 1
        """,
        {"count": count, "limit": limit, "now": now},
    )
    everything, *rows = _rows(cr)
    for row in rows:
        del row["waits"], row["is_sum"]
    return rows, (everything["waits"], everything["runs"])


def failures(cr, *, company_ids: list[int] | None = None) -> list[dict[str, Any]]:
    """The latest failed jobs of each channel, grouped by function and error.

    Of each channel as many are looked at as its share is (``queue_job_failed_index``).

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
                ORDER BY q.channel, q.id DESC LIMIT {_SHARE}) f
         GROUP BY f.function, f.exc_name
         ORDER BY jobs DESC, last DESC NULLS LAST LIMIT 20
        """,
        {
            "budget": _FAILURES_BUDGET,
            "fewest": _FEWEST_FAILURES,
            "company_ids": company_ids,
        },
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

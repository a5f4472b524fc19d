# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What has run: sums by time, channel and function, kept beside the jobs.

Whoever wants to know how many jobs ran in the last hour reads a few hundred of these
rows and not the table of jobs, be there ten or ten million.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ..rules.histogram import CLASSES
from .clock import NOW

#: How runs end. A job that timed out counts as failed, one whose lease was lost ran in vain.
ENDS = ("done", "failed", "retried", "crashed", "lost")

#: Minutes that a row spans, and days that it is kept: the last hours in detail, two weeks
#: roughly, and the sum of all times (0) for ever: metrics are counters that must never fall.
GRAINS = {1: 1, 10: 14}
EVER = 0


@dataclass(slots=True)
class Sums:
    """What the runs of one function in one channel add up to.

    :param wait_seconds: from being due to being claimed, all jobs together
    :param run_seconds: from start to end, all jobs together
    :param waits: jobs in each class of waiting times, see ``rules.histogram``
    :param runs: the same of running times
    """

    done: int = 0
    failed: int = 0
    retried: int = 0
    crashed: int = 0
    lost: int = 0
    wait_seconds: float = 0.0
    run_seconds: float = 0.0
    waits: list[int] = field(default_factory=lambda: [0] * CLASSES)
    runs: list[int] = field(default_factory=lambda: [0] * CLASSES)


def _added(column: str) -> str:
    """Sum of two arrays, element by element; one of an older version may be shorter."""
    return (
        f"ARRAY(SELECT COALESCE(a, 0) + COALESCE(b, 0)"
        f" FROM unnest(s.{column}, EXCLUDED.{column}) AS u(a, b))"
    )


# Rows in the order of their key: two nodes that write the same ones would deadlock else.
_ADD = f"""
    INSERT INTO queue_job_statistic AS s (
        grain, minute, channel, function, done, failed, retried, crashed, lost,
        wait_seconds, run_seconds, waits, runs)
    SELECT at.grain, at.minute, %(channel)s, %(function)s, %(done)s, %(failed)s, %(retried)s,
           %(crashed)s, %(lost)s, %(wait_seconds)s, %(run_seconds)s, %(waits)s::bigint[],
           %(runs)s::bigint[]
      FROM (SELECT {EVER}, timestamp 'epoch'
             UNION ALL
            SELECT grain, timestamp 'epoch'
                   + floor(EXTRACT(EPOCH FROM {NOW}) / 60 / grain) * grain * interval '1 minute'
              FROM unnest(%(grains)s) AS grain) AS at(grain, minute)
     ORDER BY at.grain
        ON CONFLICT (channel, function, grain, minute) DO UPDATE
       SET done = s.done + EXCLUDED.done,
           failed = s.failed + EXCLUDED.failed,
           retried = s.retried + EXCLUDED.retried,
           crashed = s.crashed + EXCLUDED.crashed,
           lost = s.lost + EXCLUDED.lost,
           wait_seconds = s.wait_seconds + EXCLUDED.wait_seconds,
           run_seconds = s.run_seconds + EXCLUDED.run_seconds,
           waits = {_added("waits")},
           runs = {_added("runs")}
"""


def add(cr, *, sums: Iterable[tuple[tuple[str, str], Sums]], now: datetime | None = None) -> None:
    """Add what has run since the last time (``queue_job_statistic_key_uniq``).

    :param cr: an autocommit cursor: each row is a transaction of its own
    :param sums: ((channel, function), sums)
    """
    for (channel, function), value in sorted(sums, key=lambda item: item[0]):
        params = {name: getattr(value, name) for name in Sums.__slots__}
        keys = {"channel": channel, "function": function, "grains": list(GRAINS)}
        cr.execute(_ADD, {**params, **keys, "now": now})


def totals(cr) -> list[tuple[str, str, Sums]]:
    """The sums of all times.

    :return: (channel, function, sums), in the order of their names
    """
    names = list(Sums.__slots__)
    # The names are the columns' own.  pylint: disable-next=sql-injection
    cr.execute(
        f"SELECT channel, function, {', '.join(names)} FROM queue_job_statistic"
        f" WHERE grain = {EVER} ORDER BY channel, function"
    )
    return [
        (channel, function, Sums(**dict(zip(names, values, strict=True))))
        for channel, function, *values in cr.fetchall()
    ]


def prune(cr, *, limit: int = 10_000, now: datetime | None = None) -> int:
    """Remove what is older than its grain is kept (``queue_job_statistic_minute_index``).

    :param limit: most rows of a grain to remove
    :return: number of rows removed
    """
    removed = 0
    for grain, days in GRAINS.items():
        cr.execute(
            f"""
            DELETE FROM queue_job_statistic
             WHERE id IN (SELECT id FROM queue_job_statistic
                           WHERE grain = %(grain)s AND minute < {NOW} - %(days)s * interval '1 day'
                           ORDER BY minute LIMIT %(limit)s)
            """,
            {"grain": grain, "days": days, "limit": limit, "now": now},
        )
        removed += cr.rowcount
    return removed

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The rows by which runners tell each other that they are alive."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from .clock import LEASE_SECONDS, NOW

# A dead runner's row is kept for a day, for whoever looks at what happened at night.
_KEEP_DEAD = "1 day"


def register(
    cr,
    *,
    name: str,
    uuid: str,
    hostname: str,
    boot_id: str,
    pid_namespace: str,
    pid: int,
    start_ticks: int,
    slots: int,
    version: str,
    kind: str = "process",
    listens: bool = True,
    now: datetime | None = None,
) -> int:
    """Insert the row of a runner that starts.

    :param boot_id: identity of the running kernel; with ``pid_namespace`` it tells
        which other runners' processes can be looked at from here
    :param start_ticks: start time of ``pid`` in clock ticks, against reused pids
    :param slots: number of job workers
    :param kind: 'process', or 'cron' for a scheduled action that runs jobs
    :param listens: whether it hears of new jobs at once
    :return: the row's id, which is written on every job this runner leases
    """
    cr.execute(
        f"""
        INSERT INTO queue_job_runner (
            name, uuid, hostname, boot_id, pid_namespace, pid, start_ticks,
            slots, version, kind, listens, state, worker_pids, date_start, date_beat)
        VALUES (
            %(name)s, %(uuid)s, %(hostname)s, %(boot_id)s, %(pid_namespace)s, %(pid)s,
            %(start_ticks)s, %(slots)s, %(version)s, %(kind)s, %(listens)s, 'running', '[]',
            {NOW}, {NOW})
        RETURNING id
        """,
        {
            "name": name,
            "uuid": uuid,
            "hostname": hostname,
            "boot_id": boot_id,
            "pid_namespace": pid_namespace,
            "pid": pid,
            "start_ticks": start_ticks,
            "slots": slots,
            "version": version,
            "kind": kind,
            "listens": listens,
            "now": now,
        },
    )
    return cr.fetchone()[0]


def beat(
    cr,
    *,
    runner_id: int,
    worker_pids: list[int],
    state: str = "running",
    listens: bool = True,
    obstacle: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Renew the lease of everything this runner holds.

    :param worker_pids: its living workers, for whoever has to judge after a crash
    :param listens: whether it hears of new jobs at once
    :param obstacle: why it starts no jobs now, None when it does
    :return: False when others have declared this runner dead: its leases are gone,
        it must stop what it runs and register anew
    """
    cr.execute(
        f"""
        UPDATE queue_job_runner
           SET date_beat = {NOW}, worker_pids = %(worker_pids)s, state = %(state)s,
               listens = %(listens)s, obstacle = %(obstacle)s
         WHERE id = %(runner_id)s AND state != 'dead'
        """,
        {
            "runner_id": runner_id,
            "worker_pids": json.dumps(worker_pids),
            "state": state,
            "listens": listens,
            "obstacle": obstacle,
            "now": now,
        },
    )
    return cr.rowcount == 1


def unregister(cr, *, runner_id: int) -> None:
    """Remove the row of a runner that stopped cleanly and holds nothing any more."""
    cr.execute("DELETE FROM queue_job_runner WHERE id = %(runner_id)s", {"runner_id": runner_id})


def neighbours(cr, *, boot_id: str, pid_namespace: str, runner_id: int) -> list[dict[str, Any]]:
    """Other runners whose processes can be seen from this one.

    :return: dicts with id, pid, start_ticks and worker_pids (list of int)
    """
    cr.execute(
        """
        SELECT id, pid, start_ticks, worker_pids
          FROM queue_job_runner
         WHERE boot_id = %(boot_id)s
           AND pid_namespace = %(pid_namespace)s
           AND id != %(runner_id)s
           AND state != 'dead'
        """,
        {"boot_id": boot_id, "pid_namespace": pid_namespace, "runner_id": runner_id},
    )
    return [
        {
            "id": row[0],
            "pid": row[1],
            "start_ticks": row[2],
            "worker_pids": json.loads(row[3] or "[]") if isinstance(row[3], str) else row[3] or [],
        }
        for row in cr.fetchall()
    ]


def bury(cr, *, runner_ids: list[int]) -> None:
    """Declare runners dead, so that their next beat tells them to stop."""
    cr.execute(
        "UPDATE queue_job_runner SET state = 'dead' WHERE id = ANY(%(ids)s) AND state != 'dead'",
        {"ids": runner_ids},
    )


def bury_expired(cr, *, now: datetime | None = None) -> list[int]:
    """Declare dead every runner whose lease has run out, and forget the old dead.

    A frozen runner that wakes up learns it from its next beat.

    :return: ids of the runners newly declared dead
    """
    cr.execute(
        f"""
        DELETE FROM queue_job_runner
         WHERE state = 'dead' AND date_beat < {NOW} - %(keep)s::interval
        """,
        {"keep": _KEEP_DEAD, "now": now},
    )
    cr.execute(
        f"""
        UPDATE queue_job_runner
           SET state = 'dead'
         WHERE state != 'dead'
           AND date_beat <= {NOW} - %(lease)s * interval '1 second'
     RETURNING id
        """,
        {"lease": LEASE_SECONDS, "now": now},
    )
    return [row[0] for row in cr.fetchall()]

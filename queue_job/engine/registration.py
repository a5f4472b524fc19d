# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A runner's first words in a database: who it is, and what it finds left behind."""

from __future__ import annotations

import logging
import uuid

from ..store import databases, runners, settle, stamp
from . import channel_sync
from .identity import Identity, is_alive

_logger = logging.getLogger(__name__)

# Databases (oid) in which this process has registered for a scheduled action.
_registered: set[int] = set()


def register(
    cr, settings, *, slots: int, listens: bool, kind: str = "process"
) -> tuple[int, list[tuple[int, str]]]:
    """Add the row of a runner of this process, which then holds its leases.

    :param settings: settings of this server, whose channels are written to the table
    :param slots: how many jobs it runs at once
    :param listens: whether it hears of new jobs at once
    :param kind: 'process' or 'cron'
    :return: the row's id, and (id, new state) of each job that a server killed on this
        machine was running
    """
    identity = Identity.of_this_process()
    runner_id = runners.register(
        cr,
        name=identity.name,
        uuid=str(uuid.uuid4()),
        hostname=identity.hostname,
        boot_id=identity.boot_id,
        pid_namespace=identity.pid_namespace,
        pid=identity.pid,
        start_ticks=identity.start_ticks,
        slots=slots,
        version=databases.code_version(),
        kind=kind,
        listens=listens,
    )
    stamp.note_first_run(cr)
    if kind == "process" or _is_first(cr):
        channel_sync.apply_settings(cr, settings)
    channel_sync.create_missing(cr)
    return runner_id, _reclaim_from_dead_neighbours(cr, identity, runner_id)


def _is_first(cr) -> bool:
    """Whether this process has not registered in this database before.

    A scheduled action registers each time it runs, every minute, which is no start of the
    server: a channel that somebody has resumed would be paused again.
    """
    cr.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
    (oid,) = cr.fetchone()
    is_first = oid not in _registered
    _registered.add(oid)
    return is_first


def _reclaim_from_dead_neighbours(cr, identity: Identity, runner_id: int) -> list[tuple[int, str]]:
    """Take back at once what a server killed on this machine was running.

    Other machines' runners, and those of other containers, can't be looked at from
    here: they keep what they hold until their lease ends.
    """
    if not identity.sees_neighbours:
        return []
    dead = [
        neighbour["id"]
        for neighbour in runners.neighbours(
            cr,
            boot_id=identity.boot_id,
            pid_namespace=identity.pid_namespace,
            runner_id=runner_id,
        )
        # A worker that outlives its supervisor for a moment may still commit.
        if not is_alive(neighbour["pid"], neighbour["start_ticks"])
        and not any(is_alive(pid) for pid in neighbour["worker_pids"])
    ]
    if not dead:
        return []
    runners.bury(cr, runner_ids=dead)
    jobs = settle.reclaim(cr, runner_ids=dead)
    _logger.info(
        "%s: %d jobs of a server that was killed are taken back",
        cr.connection.info.dbname,
        len(jobs),
    )
    return jobs

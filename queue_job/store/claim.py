# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The claim: who runs what next, decided in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .claim_statement import LOCK_TIMEOUT_MS
from .prepared import PreparedClaim, plain

__all__ = ["LOCK_TIMEOUT_MS", "Claimed", "Cursors", "claim"]

_LAST_PRIORITY = 2**31 - 1
_FIRST_PRIORITY = -(2**31)
_EARLY = datetime(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One job handed to this runner.

    :param slot: number of its pack, from 1: the n-th idle worker gets it
    :param member: its place in the pack; the job at 0 is marked as started
    """

    slot: int
    member: int
    id: int
    run_token: int
    channel: str
    priority: int
    date_created: datetime
    function: str
    time_limit: float | None
    attempt: int
    crashes: int
    is_keyed: bool


@dataclass(slots=True)
class Cursors:
    """What a runner remembers between two claims of a database.

    How far each channel has been read at each priority, and which leases were live.
    All of it may be forgotten at any time: the next claim then looks at everything.
    """

    _last: dict[str, dict[int, tuple[datetime, int]]] = field(default_factory=dict)
    known: list[int] = field(default_factory=list)
    floor: int = 0

    def forget(self) -> None:
        """Look at everything next time: jobs may have become ready behind the cursors
        (late commits, retries), and leases may have ended."""
        self._last.clear()
        self.known = []
        self.floor = 0

    def remember(self, known: Iterable[int], claimed: Collection[Claimed]) -> None:
        """Take note of a claim's outcome."""
        self.known = [*known, *(job.id for job in claimed)]
        self.floor = max([self.floor, *(job.run_token for job in claimed)])
        for job in claimed:
            at = self._last.setdefault(job.channel, {})
            here = (job.date_created, job.id)
            at[job.priority] = max(at.get(job.priority, here), here)

    def ranges(self) -> list[tuple[str, int, datetime, int, int]]:
        """The stretches of the claim index that have not been read yet.

        :return: (channel, priority, date, id, last priority): what comes behind the
            first three, up to that priority. Together they leave out only what lies
            before a cursor at its own priority.
        """
        found = []
        for channel, at in self._last.items():
            priorities = sorted(at)
            found.append((channel, _FIRST_PRIORITY, _EARLY, 0, priorities[0] - 1))
            for priority, following in zip(
                priorities, [*priorities[1:], _LAST_PRIORITY + 1], strict=True
            ):
                date, job_id = at[priority]
                found.append((channel, priority, date, job_id, following - 1))
        return found


def claim(
    cr,
    *,
    runner_id: int,
    worker_pids: Sequence[int],
    cursors: Cursors | None = None,
    pack: int = 1,
    packable: Collection[str] = (),
    exclude: Sequence[str] = (),
    prepared: PreparedClaim | None = None,
    now: datetime | None = None,
) -> list[Claimed]:
    """Lease jobs for idle workers, highest priority first, within every limit.

    :param runner_id: id of the runner's row
    :param worker_pids: pids of the idle workers; one pack for each, at most
    :param cursors: what was remembered of the claims before, updated in place; None
        looks at everything
    :param pack: most jobs in a pack
    :param packable: functions (``<model>.method``) known to be short
    :param exclude: names of channels, with those below them, this runner does not serve
    :param prepared: what the connection of ``cr`` has prepared; None plans anew
    :return: the jobs, pack by pack in running order
    :raises psycopg2.errors.LockNotAvailable: another claim held the lock for more
        than LOCK_TIMEOUT_MS; nothing was claimed
    """
    cursors = Cursors() if cursors is None else cursors
    params = parameters(
        runner_id=runner_id,
        worker_pids=worker_pids,
        cursors=cursors,
        pack=pack,
        packable=packable,
        exclude=exclude,
        now=now,
    )
    if prepared is None:
        cr.execute(plain(), params)
    else:
        prepared.execute(cr, params)
    rows = cr.fetchall()
    known = rows[0][0]
    claimed = [Claimed(*row[1:]) for row in rows if row[1] is not None]
    cursors.remember(known, claimed)
    return claimed


def parameters(
    *,
    runner_id: int,
    worker_pids: Sequence[int],
    cursors: Cursors,
    pack: int,
    packable: Collection[str],
    exclude: Sequence[str],
    now: datetime | None,
) -> dict[str, Any]:
    """Values for the places in the claim's text; see :func:`claim`."""
    ranges = cursors.ranges()
    channels, priorities, dates, ids, untils = zip(*ranges, strict=True) if ranges else [()] * 5
    return {
        "now": now,
        "known": cursors.known,
        "floor": cursors.floor,
        "channels": list(channels),
        "priorities": list(priorities),
        "dates": list(dates),
        "ids": list(ids),
        "untils": list(untils),
        "exclude": list(exclude),
        "slots": len(worker_pids),
        "pack": pack,
        "packable": list(packable),
        "runner_id": runner_id,
        "worker_pids": list(worker_pids),
    }

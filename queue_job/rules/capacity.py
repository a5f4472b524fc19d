# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which waiting jobs may start: the model that the claim statement follows.

The claim itself is one SQL statement; this is the same arithmetic in plain Python, small
enough to be read, and held against the statement by tests.

Rules: a channel and each of its ancestors need room; jobs compete by priority, then
date, then id; a job refused by its own channel takes no place in its parent's. A pack
of jobs run one after the other counts as one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .channel_names import ROOT, lineage


@dataclass(frozen=True)
class Limits:
    """What bounds one channel.

    :param capacity: most packs running at once in it and below it; None for no limit of
        its own, 0 for a channel that is stopped
    :param paused: nothing starts in it or below it
    :param sequential: jobs start in order, one by one; one that can't holds the next ones
    :param tokens: how many may start now under its rate limit, None for no rate limit
    """

    capacity: int | None = None
    paused: bool = False
    sequential: bool = False
    tokens: int | None = None

    def room(self, running: int) -> int | None:
        """Return how many more may start, None for any number.

        :param running: packs running in the channel and below it
        """
        if self.paused:
            return 0
        capacity = 1 if self.sequential and self.capacity is None else self.capacity
        bounds = [] if capacity is None else [capacity - running]
        if self.tokens is not None:
            bounds.append(self.tokens)
        return max(0, min(bounds)) if bounds else None


@dataclass(frozen=True)
class Candidate:
    """A job that is not done.

    :param id: its id
    :param channel: full name of its channel
    :param priority: the lower goes first
    :param date: when it was created
    :param ready: it is pending and due; otherwise it only holds the later jobs of a
        sequential channel
    :param failed: it has failed: it holds all jobs of a sequential channel
    :param key: its concurrency key
    """

    id: int
    channel: str = ROOT
    priority: int = 10
    date: Any = 0
    ready: bool = True
    failed: bool = False
    key: str | None = None

    @property
    def order(self) -> tuple:
        """Return what jobs are sorted by."""
        return (self.priority, self.date, self.id)


def running_below(running: Mapping[str, int]) -> Counter:
    """Count what runs in each channel and below it.

    :param running: packs running by the channel they belong to
    :return: packs by channel, ancestors included
    """
    total: Counter = Counter()
    for channel, count in running.items():
        for each in lineage(channel):
            total[each] += count
    return total


def grant(
    limits: Mapping[str, Limits],
    running: Mapping[str, int],
    candidates: Iterable[Candidate],
    slots: int,
    busy_keys: Iterable[str] = (),
) -> list[int]:
    """Choose the jobs that start now, level by level from the deepest channels.

    :param limits: bounds by full channel name; a channel that isn't there has none of
        its own
    :param running: packs running by the channel they belong to
    :param candidates: jobs that are not done
    :param slots: workers that are free
    :param busy_keys: concurrency keys of running jobs
    :return: ids, in the order in which they start
    """
    total = running_below(running)
    room = {name: each.room(total[name]) for name, each in limits.items()}
    kept = _competitors(limits, room, candidates, set(busy_keys))
    depth = max((job.channel.count(".") for job in kept), default=0)
    for level in range(depth, -1, -1):
        taken: Counter = Counter()
        fitting = []
        for job in kept:
            node = _ancestor_at(job.channel, level)
            free = room.get(node)
            if free is None or taken[node] < free:
                taken[node] += 1
                fitting.append(job)
        kept = fitting
    return [job.id for job in kept[:slots]]


def _ancestor_at(channel: str, level: int) -> str | None:
    """Return the channel's ancestor so many steps below root, None when it isn't so deep."""
    names = lineage(channel)
    return names[-1 - level] if level < len(names) else None


def _competitors(
    limits: Mapping[str, Limits],
    room: Mapping[str, int | None],
    candidates: Iterable[Candidate],
    busy: set[str],
) -> list[Candidate]:
    """Sort out the jobs that could start if they were the only ones.

    Of the jobs with one concurrency key only the first competes, and of the jobs of a
    sequential channel only its head.
    """
    jobs = sorted(candidates, key=lambda each: each.order)
    held = {name for job in jobs if job.failed for name in _sequential_in(limits, job)}
    result = []
    for job in jobs:
        if any(room.get(name) == 0 for name in lineage(job.channel)):
            # It never reaches its ancestors, so it holds nobody up there either.
            continue
        queues = _sequential_in(limits, job)
        if job.ready and not job.failed and job.key not in busy and held.isdisjoint(queues):
            result.append(job)
            if job.key is not None:
                busy = busy | {job.key}
        held.update(queues)
    return result


def _sequential_in(limits: Mapping[str, Limits], job: Candidate) -> list[str]:
    return [name for name in lineage(job.channel) if name in limits and limits[name].sequential]

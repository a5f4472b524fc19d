# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The runner of one database: keeps its lease, claims, sweeps.

One of these per database in every supervisor. It owns one connection and nothing else.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection
from typing import Any

import psycopg2.errors

from ..rules.backoff import Backoff
from ..store import (
    bus,
    commands,
    databases,
    dependents,
    load,
    probe,
    promote,
    repair,
    runners,
    settle,
    stack,
)
from ..store.clock import LEASE_SECONDS
from ..store.databases import Kind, Obstacle
from . import notifier, registration
from .claimer import Claimer
from .link import Link
from .readiness import Readiness
from .settling import Settling
from .statistics import Ran, Statistics
from .status import Running
from .worker import FailureNotice, Pack

_logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
SWEEP_SECONDS = 5.0

# How often a database without a hint is looked at: with LISTEN the poll is only the
# safety net, without it is all there is.
POLL_SECONDS = 60.0
POLL_WITHOUT_HINTS_SECONDS = 1.0

# A database that isn't ready is asked again: soon where modules are being changed, or
# where a copy may be adopted, and rarely where there is no job queue at all.
_UNREADY_SECONDS = 5.0
_ABSENT_SECONDS = 30.0

# A worker must have stopped before others take its jobs: it counts its lease from before
# the beat was sent, and this much shorter.
_LEASE_MARGIN = 1.0

# Between two beats where somebody has locked the table of servers.
_LOCKED_BEAT_SECONDS = LEASE_SECONDS / 5

# Waiting jobs are looked at for so long in each sweep: a hundredth of the time.
_RELEASE_SECONDS = SWEEP_SECONDS / 100

# A look for jobs that nobody told of costs one probe of an index, unless dead entries
# are in its way: then it is made so rarely that it takes half a per cent of the time.
_PROBE_SHARE = 200

# The workers may have another way to the database, through a pooler that is away.
_LONGEST_REST_SECONDS = 60.0


class Runner:
    """
    :param dbname: name of the database
    :param settings: settings of this server
    :param slots: number of job workers of this server
    :param hints: whether it is told of new jobs
    :param kind: 'process', or 'cron' for a scheduled action that runs jobs
    """

    def __init__(
        self, dbname: str, settings, slots: int, *, hints: bool = True, kind: str = "process"
    ) -> None:
        self.dbname = dbname
        self._kind = kind
        self.has_hints = hints
        self.look_at = 0.0
        self.worked_at = 0.0
        self._settings = settings
        self._slots = slots
        self._claimer = Claimer(settings)
        self._statistics = Statistics()
        self._link = Link(dbname, settings, self._claimer.connected)
        self._guarded = self._link.attempt
        self._readiness = Readiness(dbname, adopt_copies=settings.adopt_copies)
        self._id: int | None = None
        self._is_parked = False
        self._beat_at = 0.0
        self._sweep_at = 0.0
        self._probe_at = 0.0
        self._waiting_after = 0
        self._settling = Settling(dbname)
        self._worker_backoff = Backoff(longest=_LONGEST_REST_SECONDS)
        self._rests_until = 0.0
        self._is_stopping = False
        # Until when the leases hold if no other beat gets through (``time.monotonic()``).
        self.lease_until = 0.0

    # -- connection and registration -------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._link.is_open

    @property
    def descriptors(self) -> list[int]:
        return self._link.descriptors

    def doubts_database(self) -> bool:
        """Whether there was trouble since the last call: the database may be gone."""
        is_suspect, self._link.is_suspect = self._link.is_suspect, False
        return is_suspect

    def try_again(self) -> None:
        """The database has just been made: what went wrong before does not count."""
        self._link.forgive()

    def close(self) -> None:
        self._link.close()
        self._readiness.forget()

    def _register(self, cr, now: float) -> bool:
        """Take part in this database.

        :return: False when there is nothing to do in it and its connection was given up
        """
        if self._is_parked and not (probe.has_due_job(cr) or probe.needs_sweep(cr)):
            seconds = promote.seconds_to_next(cr)
            if seconds is not None:
                self.look_at = min(self.look_at, now + seconds)
            self._link.close()
            return False
        self._is_parked = False
        began = time.monotonic()
        self._id, taken = registration.register(
            cr, self._settings, slots=self._slots, listens=self.has_hints, kind=self._kind
        )
        self._lease_from(began)
        self._claimer.reload_channels(cr)
        self._settling.follow_up(cr, taken, settle.DEAD)
        return True

    # -- the steps, each guarded by the link -------------------------------------------

    def tick(self, worker_pids: list[int], held: Collection[int], now: float) -> bool:
        """Beat and sweep when it is time.

        :param held: run tokens of what the workers have of this database
        :param now: value of ``time.monotonic()``
        :return: False when others have declared this runner dead: its running jobs
            belong to others now
        """
        if self._id is None or now < self._link.quarantined_until:
            # In quarantine every try may block for as long as a connect takes, and with
            # it the other databases.
            return True
        alive = True
        if now >= self._beat_at:
            locked_until = self._link.locked_until
            self._beat_at = now + BEAT_SECONDS
            alive = self._guarded(self._beat, worker_pids, default=True)
            if self._link.locked_until > locked_until:
                self._beat_at = now + _LOCKED_BEAT_SECONDS
        if alive and self._settling.is_due(now):
            self._guarded(self._settling.run)
        if now >= max(self._sweep_at, self._link.try_at):
            self._sweep_at = now + SWEEP_SECONDS * random.uniform(0.8, 1.2)
            if self._guarded(self._sweep, held, default=0):
                self.look_everywhere()
        if self._statistics.wants_flush(now) and now >= self._link.try_at:
            self._guarded(self._write_statistics, now)
        return alive

    def _write_statistics(self, cr, now: float) -> None:
        self._statistics.flush(cr, now)
        if payload := bus.announce(cr):
            notifier.publish(bus.CHANNEL, payload)

    def _beat(self, cr, worker_pids: list[int]) -> bool:
        began = time.monotonic()
        obstacle = self._readiness.obstacle
        try:
            is_alive = runners.beat(
                cr,
                runner_id=self._id,
                worker_pids=worker_pids,
                state="stopping" if self._is_stopping else "running",
                listens=self.has_hints,
                obstacle=str(obstacle) if obstacle else None,
            )
        except psycopg2.errors.UndefinedTable:
            # The addon was uninstalled: nothing is leased to us. The next look says so.
            self._id = None
            self._readiness.forget()
            self.look_at = 0.0
            return True
        if is_alive:
            self._lease_from(began)
            return True
        _logger.warning(
            "%s: this server did not beat for %d s and was declared dead; what it runs is "
            "stopped and it starts afresh",
            self.dbname,
            LEASE_SECONDS,
        )
        self._id = None
        self.look_at = 0.0
        return False

    def _lease_from(self, began: float) -> None:
        self.lease_until = began + LEASE_SECONDS - _LEASE_MARGIN

    def _sweep(self, cr, held: Collection[int]) -> int:
        if self._id is None or self._obstacle(cr, time.monotonic()):
            return 0
        expired = runners.bury_expired(cr)
        if expired:
            _logger.warning(
                "%s: %d server(s) stopped beating, their jobs are taken back",
                self.dbname,
                len(expired),
            )
        taken = settle.reclaim_expired(cr)
        self._settling.follow_up(cr, taken, settle.DEAD)
        found = self._release_unheld(cr, held)
        mended = repair.orphans(cr) + repair.stray_leases(cr) + repair.homeless(cr)
        dependents.release(cr, parent_ids=commands.cancel_waiting(cr))
        released = self._release_waiting(cr)
        commands.forget_settled(cr)
        self._claimer.reload_channels(cr)
        return len(taken) + len(found) + mended + released or self._probe(cr)

    def _release_waiting(self, cr) -> int:
        """Let go on what a crash kept from being released; a part of all, when many wait.

        :return: number of jobs that are pending now
        """
        until = time.monotonic() + _RELEASE_SECONDS
        count = 0
        while True:
            released, _cancelled, self._waiting_after = dependents.sweep(
                cr, after_id=self._waiting_after
            )
            count += len(released)
            if not self._waiting_after or time.monotonic() > until:
                return count

    def _probe(self, cr) -> int:
        """Look whether there is a job that nobody has told us of.

        :return: 1 if so
        """
        now = time.monotonic()
        if self._claimer.has_waiting or now < self._probe_at:
            # Whoever knows of waiting jobs looks every second anyway.
            return 0
        found = probe.has_due_job(cr)
        self._probe_at = now + (time.monotonic() - now) * _PROBE_SHARE
        return int(found)

    def _release_unheld(self, cr, held: Collection[int]) -> list[int]:
        """Give back what is leased to us and none of our workers has."""
        if self._settling.is_needed:
            return []
        found = settle.release_unheld(cr, runner_id=self._id, held=held)
        if found:
            _logger.warning(
                "%s: %d jobs were claimed but never reached a worker, and are given back",
                self.dbname,
                len(found),
            )
        return found

    # -- claiming ----------------------------------------------------------------------

    @property
    def wakes_at(self) -> float:
        """When it wants its next look (``time.monotonic()``)."""
        return max(self.look_at, self._rests_until, self._link.try_at)

    def wants_look(self, now: float) -> bool:
        return now >= self.wakes_at

    @property
    def has_waiting(self) -> bool:
        """Whether jobs are known to wait, for a worker or for a limit."""
        return self._claimer.has_waiting

    def ask(self, question: Callable[[Any], Any], default: Any = None) -> Any:
        """Call a function with a cursor of the runner's connection.

        :param default: returned when the database is in trouble
        """
        return self._guarded(question, default=default)

    def hint(self) -> None:
        """Something was enqueued: look soon, unless in quarantine."""
        self.look_at = 0.0

    def slot_freed(self, *, postponed: bool) -> None:
        """A worker is idle again: look soon if something may wait for it.

        :param postponed: a job has got a time at which it is to run again
        """
        if postponed or self._claimer.has_waiting or not self.has_hints:
            self.hint()

    def look_everywhere(self) -> None:
        """Jobs became ready behind the cursors: the next look is a full one."""
        self._claimer.look_everywhere()
        self.hint()

    def claim(self, worker_pids: list[int], now: float) -> list[Pack]:
        """Lease packs for idle workers, one each at most."""
        self.look_at = now + (POLL_SECONDS if self.has_hints else POLL_WITHOUT_HINTS_SECONDS)
        packs = self._guarded(self._claim, worker_pids, now)
        if packs is not None:
            self._link.got_locks()
        if packs:
            self.worked_at = now
        return packs or []

    def _claim(self, cr, worker_pids: list[int], now: float) -> list[Pack]:
        if not self._is_ready(cr, now):
            return []
        if self._id is None and not self._register(cr, now):
            return []
        return self._claimer.claim(cr, self._id, worker_pids, self.dbname)

    def _obstacle(self, cr, now: float) -> Obstacle | None:
        """What keeps jobs from running; where there is nothing to beat for, no beats."""
        obstacle = self._readiness.check(cr, now)
        if obstacle and obstacle.kind in (Kind.ABSENT, Kind.READ_ONLY):
            # Maybe there is where another connection leads.
            self._id = None
            self._link.close()
        return obstacle

    def _is_ready(self, cr, now: float) -> bool:
        obstacle = self._obstacle(cr, now)
        if obstacle is None:
            return True
        # Not a failure of the database: it will be ready later, or never.
        self.look_at = now + _UNREADY_SECONDS
        if obstacle.kind is Kind.ABSENT:
            self.look_at = now + _ABSENT_SECONDS
        return False

    def survey(self, now: float) -> None:
        """After jobs were handed out: see what is left, and when to look again."""
        if self._id is not None and self._claimer.wants_survey(now) and now >= self._link.try_at:
            self._guarded(self._survey, now)

    def _survey(self, cr, now: float) -> None:
        if self._obstacle(cr, now):
            return
        seconds = self._claimer.survey(cr, now)
        if seconds is not None:
            self.look_at = min(self.look_at, now + seconds)

    def learn(self, runs: list[Ran]) -> None:
        """Take note of what has run, for the size of later packs and for statistics."""
        if runs:
            self._worker_backoff.succeeded()
        self._claimer.learn(runs)
        for run in runs:
            self._statistics.add(run)

    def count(self, running: Running, end: str) -> None:
        """Take note of a run that its worker can't tell of any more.

        :param end: one of ``store.statistics.ENDS``
        """
        if names := self._guarded(lambda cr: load.names_of(cr, job_id=running.job_id)):
            channel, function = names
            seconds = time.monotonic() - running.began
            self._statistics.add(Ran(function or "", channel, end, None, seconds))

    # -- settling on behalf of workers ---------------------------------------------------

    def requests(self) -> list[tuple[int, str]]:
        """What people want of leased jobs: (job id, command)."""
        return self._guarded(lambda cr: commands.requests(cr, runner_id=self._id), default=[])

    def answer_stack(self, running: Running, text: str) -> None:
        """Store where a job stands, in Python and in the database."""

        def answer(cr) -> None:
            statement = stack.statement_of(cr, backend_pid=running.backend_pid)
            fence = {"job_id": running.job_id, "run_token": running.run_token}
            stack.answer(cr, **fence, stack=text, statement=statement)

        self._guarded(answer)

    def settle(self, verb: str, **params) -> None:
        """Settle jobs of a worker that can't do it itself; kept until it succeeds.

        :param verb: name of a function of ``store.settle``
        """
        self._settling.add(verb, params)
        self._guarded(self._settling.run)
        self.look_everywhere()

    @property
    def notices(self) -> list[FailureNotice]:
        """Jobs that failed with nobody there to say so: workers tell people of them."""
        return self._settling.notices

    def worker_failed(self, trouble: str) -> None:
        """A worker could not even open this database, though we can: leave it alone for a
        while, or its jobs would go to and fro."""
        pause = self._worker_backoff.failed()
        self._rests_until = time.monotonic() + pause
        _logger.error(
            "%s: a job worker can't open this database (%s). Its jobs wait for %.0f s.",
            self.dbname,
            trouble,
            pause,
        )

    def terminate_backend(self, running: Running) -> None:
        """End the statement that a killed worker has left running in the database."""
        self._guarded(
            lambda cr: databases.terminate_backend(
                cr,
                backend_pid=running.backend_pid,
                seconds=time.monotonic() - running.began,
            )
        )

    def say_stopping(self) -> None:
        """Tell the others that this runner claims no more; its lease goes on."""
        self._is_stopping = True
        self._beat_at = 0.0

    def is_idle(self, now: float) -> bool:
        """Whether nothing is to be done for a while."""
        return (
            self.wakes_at - now > SWEEP_SECONDS
            and not self._settling.is_needed
            and not self.notices
        )

    def park(self) -> None:
        """Give the connection up until the next look; no job of ours may be running."""
        self.stop()
        self._is_parked = True

    def stop(self) -> None:
        """Leave: everything has been given back by now."""
        self._link.forgive()
        if self._id is not None:
            self._guarded(self._leave)
        self.close()

    def _leave(self, cr) -> None:
        self._settling.run(cr)
        self._statistics.flush(cr, 0.0)
        # Whatever is left was stopped by us: nothing is said against it.
        settle.release_unheld(cr, runner_id=self._id, held=())
        runners.unregister(cr, runner_id=self._id)
        self._id = None

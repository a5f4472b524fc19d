# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The runner of one database: keeps its lease, claims, sweeps.

One of these per database in every supervisor. It owns one autocommit connection and
nothing else; whatever goes wrong with its database puts it, and only it, in quarantine.
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Collection, Mapping

import psycopg2

from ..rules.backoff import Backoff
from ..store import (
    commands,
    databases,
    dependents,
    load,
    repair,
    runners,
    settle,
    stack,
)
from ..store.clock import LEASE_SECONDS
from . import channel_sync, connections
from .claimer import Claimer
from .identity import Identity, is_alive
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

# That no module is being changed is checked again after this time, and how long a
# database that is not ready is left alone.
_READY_SECONDS = 1.0
_UNREADY_SECONDS = 5.0

# A worker must have stopped before others take its jobs: it counts its lease from before
# the beat was sent, and this much shorter.
_LEASE_MARGIN = 1.0

# The claim's lock was held for too long by another node: look again shortly.
_LOCKED_SECONDS = 0.05


class Runner:
    """
    :param dbname: name of the database
    :param settings: settings of this server
    :param slots: number of job workers of this server
    """

    def __init__(self, dbname: str, settings, slots: int, *, hints: bool = True) -> None:
        self.dbname = dbname
        self.has_hints = hints
        self.look_at = 0.0
        self._settings = settings
        self._slots = slots
        self._identity = Identity.of_this_process()
        self._connection = None
        self._id: int | None = None
        self._backoff = Backoff()
        self._is_quiet = False
        self._ready_until = 0.0
        self._claimer = Claimer(settings)
        self._statistics = Statistics()
        self._beat_at = 0.0
        self._sweep_at = 0.0
        self._waiting_after = 0
        self._unsettled: list[tuple[str, tuple]] = []
        self._worker_backoff = Backoff()
        self._rests_until = 0.0
        self._is_stopping = False
        # Until when the leases hold if no other beat gets through (``time.monotonic()``).
        self.lease_until = 0.0
        #: Jobs that failed with nobody there to say so: workers tell people of them.
        self.notices: list[FailureNotice] = []

    # -- connection and registration -------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._connection is not None and not self._connection.closed

    @property
    def descriptors(self) -> list[int]:
        return [self._connection.fileno()] if self.is_open else []

    def _cursor(self):
        if not self.is_open:
            self._connection = connections.connect(
                self.dbname, self._settings, application_name="odoo-queue-job-runner"
            )
            self._claimer.connected()
        return self._connection.cursor()

    def close(self) -> None:
        if self.is_open:
            self._connection.close()
        self._connection = None

    def _register(self, cr) -> None:
        began = time.monotonic()
        self._id = runners.register(
            cr,
            name=self._identity.name,
            uuid=str(uuid.uuid4()),
            hostname=self._identity.hostname,
            boot_id=self._identity.boot_id,
            pid_namespace=self._identity.pid_namespace,
            pid=self._identity.pid,
            start_ticks=self._identity.start_ticks,
            slots=self._slots,
            version=databases.code_version(),
        )
        self._lease_from(began)
        channel_sync.apply_settings(cr, self._settings)
        self._claimer.reload_channels(cr)
        self._reclaim_from_dead_neighbours(cr)

    def _reclaim_from_dead_neighbours(self, cr) -> None:
        """Take back at once what a server killed on this machine was running.

        Other machines' runners, and those of other containers, can't be looked at from
        here: they keep what they hold until their lease ends.
        """
        if not self._identity.sees_neighbours:
            return
        dead = [
            neighbour["id"]
            for neighbour in runners.neighbours(
                cr,
                boot_id=self._identity.boot_id,
                pid_namespace=self._identity.pid_namespace,
                runner_id=self._id,
            )
            # A worker that outlives its supervisor for a moment may still commit.
            if not is_alive(neighbour["pid"], neighbour["start_ticks"])
            and not any(is_alive(pid) for pid in neighbour["worker_pids"])
        ]
        if dead:
            runners.bury(cr, runner_ids=dead)
            jobs = settle.reclaim(cr, runner_ids=dead)
            self._follow_up(cr, jobs, settle.DEAD)
            _logger.info(
                "%s: %d jobs of a server that was killed are taken back", self.dbname, len(jobs)
            )

    # -- the steps, each guarded -------------------------------------------------------

    def _guarded(self, step, *args, default=None):
        """Run a step; an error quarantines this database and no other."""
        try:
            result = step(self._cursor(), *args)
            self._backoff.succeeded()
            return result
        except psycopg2.errors.LockNotAvailable:
            self.look_at = time.monotonic() + _LOCKED_SECONDS
        except psycopg2.Error as error:
            pause = self._backoff.failed()
            self.look_at = time.monotonic() + pause
            log = _logger.warning if self._backoff.failures > 1 or self._id else _logger.info
            log(
                "%s: %s. This database is left alone for %.0f s, the others go on.",
                self.dbname,
                str(error).strip().partition("\n")[0] or type(error).__name__,
                pause,
            )
            self.close()
        return default

    def tick(self, worker_pids: list[int], held: Collection[int], now: float) -> bool:
        """Beat and sweep when it is time.

        :param held: run tokens of what the workers have of this database
        :param now: value of ``time.monotonic()``
        :return: False when others have declared this runner dead: its running jobs
            belong to others now
        """
        if self._id is None or (self._backoff.failures and now < self.look_at):
            # In quarantine every try may block for as long as a connect takes, and with
            # it the other databases.
            return True
        alive = True
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            alive = self._guarded(self._beat, worker_pids, default=True)
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS * random.uniform(0.8, 1.2)
            if self._guarded(self._sweep, held, default=0):
                self.look_everywhere()
        if self._statistics.wants_flush(now):
            self._guarded(self._statistics.flush, now)
        return alive

    def _beat(self, cr, worker_pids: list[int]) -> bool:
        self._settle_leftovers(cr)
        began = time.monotonic()
        state = "stopping" if self._is_stopping else "running"
        if runners.beat(cr, runner_id=self._id, worker_pids=worker_pids, state=state):
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
        if self._id is None:
            return 0
        expired = runners.bury_expired(cr)
        if expired:
            _logger.warning(
                "%s: %d server(s) stopped beating, their jobs are taken back",
                self.dbname,
                len(expired),
            )
        taken = settle.reclaim_expired(cr)
        self._follow_up(cr, taken, settle.DEAD)
        found = self._release_unheld(cr, held)
        mended = repair.orphans(cr) + repair.stray_leases(cr) + repair.homeless(cr)
        dependents.release(cr, parent_ids=commands.cancel_waiting(cr))
        released, _cancelled, self._waiting_after = dependents.sweep(
            cr, after_id=self._waiting_after
        )
        commands.forget_settled(cr)
        self._claimer.reload_channels(cr)
        return len(taken) + len(found) + mended + len(released)

    def _release_unheld(self, cr, held: Collection[int]) -> list[int]:
        """Give back what is leased to us and none of our workers has."""
        if self._unsettled:
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
        return max(self.look_at, self._rests_until)

    def wants_look(self, now: float) -> bool:
        return now >= self.wakes_at

    def hint(self) -> None:
        """Something was enqueued: look soon, unless in quarantine."""
        if not self._backoff.failures:
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
        return self._guarded(self._claim, worker_pids, now, default=[])

    def _claim(self, cr, worker_pids: list[int], now: float) -> list[Pack]:
        if not self._is_ready(cr, now):
            return []
        if self._id is None:
            self._register(cr)
        return self._claimer.claim(cr, self._id, worker_pids, self.dbname)

    def _is_ready(self, cr, now: float) -> bool:
        if now < self._ready_until and self._id is not None:
            return True
        if reason := databases.why_not_ready(cr):
            self._say_once(reason)
            # Not a failure of the database: it will be ready later, or never.
            self.look_at = now + (_UNREADY_SECONDS if self._id else POLL_SECONDS)
            return False
        self._is_quiet = False
        self._ready_until = now + _READY_SECONDS
        return True

    def survey(self, now: float) -> None:
        """After jobs were handed out: see what is left, and when to look again."""
        if self._id is not None and self._claimer.wants_survey(now) and not self._is_quiet:
            self._guarded(self._survey, now)

    def _survey(self, cr, now: float) -> None:
        seconds = self._claimer.survey(cr, now)
        if seconds is not None:
            self.look_at = min(self.look_at, now + seconds)

    def _say_once(self, reason: str) -> None:
        if not self._is_quiet:
            _logger.info("%s: no jobs are run: %s", self.dbname, reason)
        self._is_quiet = True

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
        self._unsettled.append((verb, tuple(params.items())))
        self._guarded(self._settle_leftovers)
        self.look_everywhere()

    def _settle_leftovers(self, cr) -> None:
        while self._unsettled:
            verb, params = self._unsettled[0]
            params = dict(params)
            settled = getattr(settle, verb)(cr, **params)
            self._unsettled.pop(0)
            if verb == "crash":
                self._follow_up(cr, settled, settle.DEAD)
            elif settled and verb in ("fail", "cancel"):
                self._follow_up(cr, [(params["job_id"], _ENDS[verb])], params)

    def _follow_up(self, cr, settled: list[tuple[int, str]], error: Mapping) -> None:
        """What else the end of jobs means, if they have ended: those behind them go on,
        and people learn of failures. A settlement that came too late has no follow-up.

        :param settled: (id, new state) of each
        :param error: exc_name, exc_message, exc_info of the failed ones
        """
        for job_id, state in settled:
            if state == "failed":
                values = {name: error[name] for name in ("exc_name", "exc_message", "exc_info")}
                self.notices.append(FailureNotice(self.dbname, job_id, values))
        dependents.release(cr, parent_ids=[job_id for job_id, state in settled if state in _ENDED])

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

    def stop(self) -> None:
        """Leave: everything has been given back by now."""
        if self._id is not None:
            self._guarded(self._leave)
        self.close()

    def _leave(self, cr) -> None:
        self._settle_leftovers(cr)
        self._statistics.flush(cr, 0.0)
        # Whatever is left was stopped by us: nothing is said against it.
        settle.release_unheld(cr, runner_id=self._id, held=())
        runners.unregister(cr, runner_id=self._id)
        self._id = None


_ENDED = ("done", "failed", "cancelled")
_ENDS = {"fail": "failed", "cancel": "cancelled"}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs run by a scheduled action, where no process of ours may run.

The same claim, leases and worker as elsewhere, in the thread of the scheduled action: it
claims a pack, runs it, and claims the next until its time is over. A thread beside it
beats, sweeps, watches limits and hears what people want of the job. It can't kill: a job
that does not react to an interruption goes on until it ends, or until Odoo ends the
process.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg2

from odoo.service import server
from odoo.tools import config

from ..store import cron
from .runner import Runner
from .status import Running, Status, Wish
from .thread_interrupt import ThreadInterrupter
from .watchdog import Watchdog
from .worker import FailureNotice, Pack, Report, Worker

_logger = logging.getLogger(__name__)

# How often the thread beside the job looks around.
_TURN_SECONDS = 0.2
_REQUESTS_SECONDS = 0.5

# While limits hold all jobs back, it waits for so long before it leaves the thread to
# other scheduled actions.
_PATIENCE_SECONDS = 3.0

# Odoo ends a scheduled action without mercy: jobs are stopped so long before that.
_MARGIN_SECONDS = 5.0

# Nothing is begun that would have less time than this.
_SHORTEST_SECONDS = 5.0

# A job server with processes may have come up meanwhile.
_PROCESSES_SECONDS = 5.0

_SHORT_PAUSE_SECONDS = 0.05

# A job that does not react is written to the log after this time.
_STUBBORN_SECONDS = 5.0


@dataclass(slots=True)
class Ended:
    """What came of a run.

    :param count: number of jobs that were run
    :param has_more: there is more to do, but no time is left
    """

    count: int = 0
    has_more: bool = False


def seconds_of_odoo(elapsed: float) -> float | None:
    """Seconds that Odoo leaves a scheduled action from now on, None for any number.

    :param elapsed: seconds for which it has been running
    """
    limit = config["limit_time_real_cron"]
    if limit is None or limit < 0 or (not limit and not config["workers"]):
        # As Odoo does; a threaded server knows no cron without a limit of its own.
        limit = config["limit_time_real"]
    return max(limit - elapsed - _MARGIN_SECONDS, 0.0) if limit else None


class InlineWorker(Worker):
    """A worker that lives in somebody else's process."""

    def __init__(self, status: Status, settings) -> None:
        super().__init__(None, status, settings)
        self._interrupter = ThreadInterrupter()
        self._watchdog = Watchdog(status, self._interrupter, self._give_back_rest)
        self._watchdog.start()

    def do(self, message: Pack | FailureNotice) -> Report:
        """Do what a worker is told over its pipe elsewhere."""
        self._has_begun = False
        try:
            return self._handle(message)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            return self._lost(message, error)

    def close(self) -> None:
        """Leave nothing behind."""
        self._watchdog.stop()
        self._kept.close()
        if self._control is not None:
            self._control.close()

    def _close_pool(self, dbname: str) -> None:
        """Users' requests are in the same process: their connections are not ours."""


# Drivers at work in this process, which a server that stops tells so.
_drivers: set[CronDriver] = set()
_servers: weakref.WeakSet[Any] = weakref.WeakSet()


@contextmanager
def _registered_for_stop(driver: CronDriver) -> Iterator[None]:
    """Have the driver told when a threaded server stops.

    The prefork server lets its processes finish what they do, which is within seconds.
    """
    running = server.server
    if running is not None and hasattr(running, "on_stop") and running not in _servers:
        _servers.add(running)
        running.on_stop(_stop_all)
    _drivers.add(driver)
    try:
        yield
    finally:
        _drivers.discard(driver)


def _stop_all() -> None:
    drivers = list(_drivers)
    for driver in drivers:
        driver.request_stop()
    for driver in drivers:
        driver.wait()


class CronDriver:
    """One run of a scheduled action.

    :param dbname: the database
    :param settings: settings of this server
    """

    def __init__(self, dbname: str, settings) -> None:
        self._dbname = dbname
        self._settings = settings
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._done = threading.Event()
        self._thread = threading.get_ident()
        self._status = Status()
        self._pack: Pack | None = None
        self._told: tuple[int, float] = (0, 0.0)
        # Nothing more is begun; and, what runs is to stop.
        self._is_ending = False
        self._gives_back = False
        self._stops_at: float | None = None
        self._requests_at = 0.0
        self._processes_at = 0.0
        self._ends_at: float | None = None
        self._runner: Runner | None = None
        self._worker: InlineWorker | None = None

    def why_not(self, cr) -> str | None:
        """Say why this server's scheduled actions run no jobs now, None when they do.

        :param cr: any cursor
        """
        if self._settings.why_no_jobs:
            return self._settings.why_no_jobs
        if not self._settings.serves(self._dbname):
            return "exclude_databases leaves this database out"
        if cron.processes_alive(cr):
            return "a job server with processes of its own is alive"
        return None

    def run(self, seconds: float, elapsed: float, progress: Callable[[int], float | None]) -> Ended:
        """Run jobs until there are none or the time is over.

        :param seconds: how long jobs may be begun
        :param elapsed: for how long the scheduled action has been running, in seconds
        :param progress: told every second or so how many jobs have run since last time
        """
        began = time.monotonic()
        left = seconds_of_odoo(elapsed)
        self._ends_at = None if left is None else began + left
        bounds = [bound for bound in (self._settings.limit_time_real, left) if bound is not None]
        settings = replace(
            self._settings, limit_time_real=max(int(min(bounds)), 1) if bounds else None
        )
        self._runner = Runner(self._dbname, settings, 1, hints=False, kind="cron")
        self._worker = InlineWorker(self._status, settings)
        keeper = threading.Thread(target=self._keep, name="queue_job.cron", daemon=True)
        keeper.start()
        with _registered_for_stop(self):
            try:
                return self._run(began + seconds, progress)
            finally:
                self._over.set()
                keeper.join()
                self._worker.close()
                self._runner.stop()
                self._done.set()

    def wait(self) -> None:
        """Wait for the end of a run that was told to stop, as long as that may take."""
        if not self._done.wait(self._settings.stop_grace + _STUBBORN_SECONDS):
            _logger.error("%s: a job does not stop with the server", self._dbname)

    def request_stop(self) -> None:
        """The server stops: begin nothing more; what runs has a while to end."""
        self._is_ending = True
        self._stops_at = time.monotonic() + self._settings.stop_grace

    # -- the thread of the scheduled action ------------------------------------------------

    def _run(self, until: float, progress: Callable[[int], float | None]) -> Ended:
        ended = Ended()
        told, tell_at = 0, time.monotonic() + 1.0
        idle_since = None
        while not self._is_ending and (now := time.monotonic()) < until and self._has_time(now):
            message = self._next(now)
            if message is None:
                idle_since = idle_since or now
                pause = self._pause(now, min(until, idle_since + _PATIENCE_SECONDS))
                if pause is None:
                    return ended
                time.sleep(pause)
                continue
            idle_since = None
            report = self._do(message)
            ended.count += len(report.runs)
            if report.leaving or report.trouble or report.lost:
                break
            if time.monotonic() >= tell_at:
                progress(ended.count - told)
                told, tell_at = ended.count, time.monotonic() + 1.0
        ended.count -= told
        ended.has_more = self._runner.has_waiting
        return ended

    def _has_time(self, now: float) -> bool:
        """Whether Odoo leaves enough time to begin something."""
        return self._ends_at is None or self._ends_at - now >= _SHORTEST_SECONDS

    def _next(self, now: float) -> Pack | FailureNotice | None:
        """What to do next, None when there is nothing now."""
        with self._lock:
            if self._runner.notices:
                return self._runner.notices.pop(0)
            if not self._runner.wants_look(now) or self._is_relieved(now):
                return None
            packs = self._runner.claim([os.getpid()], now)
            if not packs:
                self._runner.survey(now)
                return None
            [pack] = packs
            if self._ends_at is not None:
                seconds = self._ends_at - now
                jobs = tuple((job, min(limit or seconds, seconds)) for job, limit in pack.jobs)
                pack = replace(pack, jobs=jobs)
            self._pack = pack
        return pack

    def _is_relieved(self, now: float) -> bool:
        """Whether a server with processes has come up, which runs the jobs from now on."""
        if now >= self._processes_at:
            self._processes_at = now + _PROCESSES_SECONDS
            if self._runner.ask(cron.processes_alive, default=0):
                _logger.info("%s: a job server with processes goes on from here", self._dbname)
                self._is_ending = True
        return self._is_ending

    def _pause(self, now: float, until: float) -> float | None:
        """Seconds until another look may find something; None when it isn't worth waiting."""
        if self._is_ending or not self._runner.has_waiting:
            return None
        wakes_at = max(self._runner.wakes_at, now + _SHORT_PAUSE_SECONDS)
        return wakes_at - now if wakes_at < until else None

    def _do(self, message: Pack | FailureNotice) -> Report:
        report = self._worker.do(message)
        with self._lock:
            pack, self._pack = self._pack, None
            if pack is None:
                return report
            if report.trouble:
                self._runner.settle("release", job_ids=pack.job_ids, run_token=pack.run_token)
                self._runner.worker_failed(report.trouble)
            elif report.lost:
                self._runner.settle("disconnect", job_ids=pack.job_ids, run_token=pack.run_token)
            else:
                self._runner.learn(report.runs)
                self._runner.slot_freed(postponed=report.postponed)
                if report.made_work:
                    self._runner.look_everywhere()
        return report

    # -- the thread beside it -----------------------------------------------------------------

    def _keep(self) -> None:
        while not self._over.wait(_TURN_SECONDS):
            try:
                self._turn(time.monotonic())
            except Exception:
                _logger.exception("%s: the watch over a scheduled action failed", self._dbname)

    def _turn(self, now: float) -> None:
        running = self._status.running()
        with self._lock:
            held = [self._pack.run_token] if self._pack else []
            alive = self._runner.tick([os.getpid()], held, now)
            if not alive or (held and 0 < self._runner.lease_until <= now):
                # Others run it by now, or soon; no commit of ours will be accepted.
                self._is_ending = self._gives_back = True
            requests = self._requests(running, now)
        if running is None:
            return
        if (running.job_id, "stack") in requests:
            self._answer_stack(running)
        if (running.job_id, "cancel") in requests:
            self._status.wish(Wish.CANCEL, running.job_id)
        elif self._gives_back or (self._stops_at is not None and now >= self._stops_at):
            self._status.wish(Wish.GIVE_BACK, running.job_id)
        self._complain(running, now)

    def _requests(self, running: Running | None, now: float) -> set[tuple[int, str]]:
        if running is None or now < self._requests_at:
            return set()
        self._requests_at = now + _REQUESTS_SECONDS
        return set(self._runner.requests())

    def _answer_stack(self, running: Running) -> None:
        """Say where the job stands; C code that holds Python's lock keeps us from asking."""
        frame: Any = sys._current_frames().get(self._thread)
        text = "".join(traceback.format_stack(frame)) if frame else ""
        del frame
        with self._lock:
            self._runner.answer_stack(running, text or "The thread of the job was not found.")

    def _complain(self, running: Running, now: float) -> None:
        """Say so once when a job does not react: nobody can kill it here."""
        job_id, since = self._told
        is_over = running.deadline is not None and now >= running.deadline
        if not is_over and self._status.wished(running.job_id) is Wish.NONE:
            return
        if job_id != running.job_id:
            self._told = (running.job_id, now)
        elif since and now - since > _STUBBORN_SECONDS:
            self._told = (running.job_id, 0.0)
            _logger.error(
                "Job id %d of %s does not stop. A scheduled action runs it, and can't kill it: "
                "it goes on until it ends by itself, or until Odoo's limit_time_real_cron ends "
                "its process",
                running.job_id,
                self._dbname,
            )

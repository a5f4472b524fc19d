# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The supervisor: one per Odoo server, the parent of its job workers.

A loop in the main thread of a process of its own. It has no ORM and holds no list of
jobs: it waits for hints and workers, lets the runners of the databases claim, hands
the packs out, and kills what does not stop by itself.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from . import patience
from .fleet import Fleet
from .listener import Listener
from .pool import Handle, Pool
from .runner import Runner
from .stack_dump import LOOK_SECONDS
from .status import Running
from .stopper import Stopper
from .worker import FailureNotice, Pack, Report

_logger = logging.getLogger(__name__)

# The longest the loop sleeps: the beat is every second.
_TICK_SECONDS = 0.5
# While a job with a limit runs, or one is to be stopped, limits are watched closely.
_WATCH_SECONDS = 0.1


class Supervisor:
    """
    :param settings: settings of this server
    :param ping: called at every turn of the loop, for a parent that watches it
    :param inherited: file descriptors that workers must close besides our own
    """

    def __init__(
        self,
        settings,
        *,
        ping: Callable[[], None] = lambda: None,
        inherited: Callable[[], list[int]] = list,
        is_orphan: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._ping = ping
        self._inherited = inherited
        self._is_orphan = is_orphan
        self._fleet = Fleet(settings, self._make_runner)
        self._runners = self._fleet.runners
        self._listener = Listener(settings)
        self._heard = None
        self._heard_descriptor = -1
        self._pool = Pool(settings.job_workers, settings, self._descriptors)
        self._selector = selectors.DefaultSelector()
        self._wakeup_read, self._wakeup_write = os.pipe()
        self._next_runner = 0
        self._stop_requested = False
        self._stops_at: float | None = None
        self._stopper = Stopper(self._pool, self._runners)

    def run(self) -> None:
        """Run until SIGTERM or SIGINT, then stop cleanly."""
        self._install_signals()
        patience.limit(self._ping)
        self._selector.register(self._wakeup_read, selectors.EVENT_READ)
        _logger.info(
            "Job runner started: %d workers, capacity of root: %s",
            self._pool.size,
            "as configured in the database"
            if self._settings.root_capacity is None
            else self._settings.root_capacity,
        )
        try:
            while self._step():
                pass
        finally:
            self._shut_down()

    def request_stop(self) -> None:
        self._stop_requested = True

    # -- one turn ------------------------------------------------------------------------

    def _step(self) -> bool:
        """Wait for something to do and do it.

        :return: False when everything has stopped
        """
        self._ping()
        now = time.monotonic()
        if self._is_orphan():
            self._stop_requested = True
        if self._stop_requested and self._stops_at is None:
            self._begin_stop(now)
        if self._stops_at is None:
            busy = {handle.pack.dbname for handle in self._pool.busy() if handle.pack}
            self._fleet.refresh(now, busy)
            self._fleet.park(now, busy)
            for handle in self._pool.fill():
                self._selector.register(handle.pipe, selectors.EVENT_READ, handle)
            self._listen(now)
        self._wait(now)
        now = time.monotonic()
        self._reap()
        self._beat(now)
        self._stopper.watch(now, gives_back=self._stops_at is not None and now >= self._stops_at)
        if self._stops_at is None:
            self._dispatch(now)
            for runner in self._runners.values():
                runner.survey(now)
        return self._stops_at is None or bool(self._pool.handles)

    def _wait(self, now: float) -> None:
        for key, _events in self._selector.select(self._timeout(now)):
            if key.fileobj == self._wakeup_read:
                with suppress(BlockingIOError):
                    os.read(self._wakeup_read, 1024)
            elif isinstance(key.data, Handle):
                self._receive(key.data)
            else:
                self._hear()

    def _timeout(self, now: float) -> float:
        timeout = _TICK_SECONDS
        if self._stopper.is_asking:
            timeout = LOOK_SECONDS
        elif self._stops_at is not None or any(
            (running := handle.status.running()) and running.limit for handle in self._pool.busy()
        ):
            timeout = _WATCH_SECONDS
        if self._pool.idle() and self._stops_at is None:
            looks = [runner.wakes_at - now for runner in self._runners.values()]
            timeout = min([timeout, *looks])
        return max(timeout, 0.0)

    # -- databases and hints -----------------------------------------------------------

    def _make_runner(self, dbname: str) -> Runner:
        return Runner(
            dbname, self._settings, self._pool.size, hints=self._listener.connection is not None
        )

    def _listen(self, now: float) -> None:
        self._listener.keep_open(now)
        self._attach_listener()
        if self._listener.connection is not None and self._listener.connection.notifies:
            # Came in with the answer to the ping: the socket won't wake us for it.
            self._hear()

    def _attach_listener(self) -> None:
        """Have the selector watch the connection that listens now, if any does."""
        connection = self._listener.connection
        if connection is self._heard:
            return
        if self._heard is not None:
            # By its number, as a closed connection does not know it any more.
            self._selector.unregister(self._heard_descriptor)
        self._heard = connection
        if connection is not None:
            self._heard_descriptor = connection.fileno()
            self._selector.register(self._heard_descriptor, selectors.EVENT_READ)
        for runner in self._runners.values():
            # What was sent while nobody listened.
            runner.has_hints = connection is not None
            runner.hint()

    def _hear(self) -> None:
        for dbname in self._listener.hints():
            self._fleet.hint(dbname)
        self._attach_listener()

    # -- workers -------------------------------------------------------------------------

    def _dispatch(self, now: float) -> None:
        idle = self._pool.idle()
        for runner in self._runners.values():
            while runner.notices and idle:
                self._send(idle.pop(), runner.notices.pop(0))
        names = sorted(self._runners)
        # Each turn begins with another database, so that none starves the others.
        for index in range(len(names)):
            if not idle:
                return
            runner = self._runners[names[(self._next_runner + index) % len(names)]]
            if not runner.wants_look(now):
                continue
            self._next_runner += 1
            for pack in runner.claim([handle.pid for handle in idle], now):
                self._send(idle.pop(0), pack)

    def _send(self, handle: Handle, message: Pack | FailureNotice) -> None:
        # Only jobs are leased: nobody else tells of a failure.
        runner = self._runners[message.dbname]
        handle.status.renew(runner.lease_until if isinstance(message, Pack) else 0.0)
        try:
            handle.send(message)
        except OSError:
            # It has just died: the reaper settles what it was to run.
            handle.note(message)

    def _receive(self, handle: Handle) -> None:
        try:
            report = handle.pipe.recv()
        except (EOFError, OSError):
            self._forget_pipe(handle)
            return
        self._note(handle, report)

    def _note(self, handle: Handle, report: Report) -> None:
        pack, notice = handle.pack, handle.notice
        handle.note(None)
        handle.is_busy = report.leaving
        self._stopper.forget_wish(handle)
        if report.trouble:
            self._take_back(pack or notice, report.trouble)
            return
        if report.lost and pack and (runner := self._runners.get(pack.dbname)):
            runner.settle("disconnect", job_ids=pack.job_ids, run_token=pack.run_token)
            return
        if pack and (runner := self._runners.get(pack.dbname)):
            runner.learn(report.runs)
            runner.slot_freed(postponed=report.postponed)
            if report.made_work:
                runner.look_everywhere()

    def _take_back(self, message: Pack | FailureNotice | None, trouble: str) -> None:
        """A worker could not begin with what it was sent."""
        runner = self._runners.get(message.dbname) if message else None
        if runner is None:
            return
        if isinstance(message, Pack):
            runner.settle("release", job_ids=message.job_ids, run_token=message.run_token)
        else:
            runner.notices.append(message)
        runner.worker_failed(trouble)

    def _forget_pipe(self, handle: Handle) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(handle.pipe)

    def _reap(self) -> None:
        for handle, status in self._pool.reap(self._forget_pipe):
            running = handle.status.running()
            self._stopper.forget(handle)
            if handle.pack is None:
                continue
            pack = handle.pack
            runner = self._runners.get(pack.dbname)
            if runner is None:
                continue
            if not handle.is_killed:
                _logger.warning(
                    "Job worker %d ended (%s) while it ran %s; it is replaced",
                    handle.pid,
                    _describe(status),
                    f"job id {running.job_id}" if running else "a pack",
                )
            if running and running.run_token == pack.run_token:
                runner.terminate_backend(running)
                runner.count(running, "crashed")
            self._settle_dead(runner, handle, pack, running)

    def _settle_dead(
        self, runner: Runner, handle: Handle, pack: Pack, running: Running | None
    ) -> None:
        """Settle the pack of a worker that has died: a crash counts for the job that ran,
        and for no other."""
        ids, token = pack.job_ids, pack.run_token
        if handle.status.is_excused(token) or not handle.status.has_taken(token):
            runner.settle("release", job_ids=ids, run_token=token)
        elif running is None or running.run_token != token:
            # On its way to the first job, which is on record as started.
            runner.settle("crash", job_ids=ids, run_token=token)
        else:
            # The one that ran may have ended, and the next one been marked as started
            # with the same commit.
            runner.settle("crash", job_ids=[running.job_id], run_token=token)
            if others := [job_id for job_id in ids if job_id != running.job_id]:
                runner.settle("release", job_ids=others, run_token=token)

    def _beat(self, now: float) -> None:
        pids = list(self._pool.handles)
        for runner in list(self._runners.values()):
            ours = [
                handle
                for handle in self._pool.busy()
                if handle.pack and handle.pack.dbname == runner.dbname
            ]
            alive = runner.tick(pids, [handle.pack.run_token for handle in ours], now)
            for handle in ours:
                handle.status.renew(runner.lease_until)
                if not alive:
                    # Its lease is gone: whatever it does is done again elsewhere.
                    handle.status.excuse(handle.pack.run_token)
                    handle.kill()

    # -- stopping ------------------------------------------------------------------------

    def _begin_stop(self, now: float) -> None:
        _logger.info("Job runner stops: running jobs have %g s to end", self._settings.stop_grace)
        self._stops_at = now + self._settings.stop_grace
        self._pool.is_closing = True
        for runner in self._runners.values():
            runner.say_stopping()
        for handle in list(self._pool.handles.values()):
            # Read after the pack in progress: it ends when it is done with it.
            with suppress(OSError):
                handle.pipe.send(None)

    def _shut_down(self) -> None:
        for handle in self._pool.handles.values():
            handle.kill()
        for runner in self._runners.values():
            runner.stop()
        self._listener.close()
        _logger.info("Job runner stopped")

    # -- the process -----------------------------------------------------------------------

    def _install_signals(self) -> None:
        for descriptor in (self._wakeup_read, self._wakeup_write):
            os.set_blocking(descriptor, False)
        # select() is resumed after a signal: a byte in the pipe makes it return.
        signal.set_wakeup_fd(self._wakeup_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: self.request_stop())
        signal.signal(signal.SIGCHLD, lambda *_args: None)

    def _descriptors(self) -> list[int]:
        """What a forked worker must not keep open."""
        ours = [self._wakeup_read, self._wakeup_write, self._selector.fileno()]
        for runner in self._runners.values():
            ours += runner.descriptors
        return ours + self._listener.descriptors + list(self._inherited())


def _describe(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.waitstatus_to_exitcode(status)}"

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Stopping jobs from outside of their processes.

A worker's watchdog interrupts its job; what does not stop then is killed from here, and settled in
its worker's place.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from .pool import Handle, Pool
from .runner import Runner
from .stack_dump import StackRequests
from .status import Running, Wish

_logger = logging.getLogger(__name__)

# A worker that was interrupted and does not stop is killed after this time.
KILL_AFTER_SECONDS = 1.0

# How often the requests of people are looked at.
_REQUESTS_SECONDS = 0.5

_TIMEOUT = "odoo.addons.queue_job.exception.JobTimeout"
_KILLED = "The job's process was killed."


class Stopper:
    """
    :param pool: the workers
    :param runners: the runner of each database; changes while the server runs
    """

    def __init__(self, pool: Pool, runners: Mapping[str, Runner]) -> None:
        self._pool = pool
        self._runners = runners
        self._requests_at = 0.0
        # By pid: the job that a worker was told to stop, why, and when.
        self._told: dict[int, tuple[int, Wish, float]] = {}
        self._stacks = StackRequests()

    @property
    def is_asking(self) -> bool:
        """Whether a worker is about to say where its job stands."""
        return self._stacks.is_waiting

    def forget_wish(self, handle: Handle) -> None:
        """A worker is through with what it was told to stop."""
        self._told.pop(handle.pid, None)

    def forget(self, handle: Handle) -> None:
        """A worker has ended."""
        self.forget_wish(handle)
        self._stacks.forget(handle)

    def watch(self, now: float, *, gives_back: bool) -> None:
        """Stop jobs that are over their limit, cancelled, or in the way of a stop.

        :param now: value of ``time.monotonic()``
        :param gives_back: the server stops, and has given its jobs time enough
        """
        requests = self._requests(now)
        for handle in self._pool.busy():
            if handle.pack is None or handle.is_killed:
                continue
            running = handle.status.running()
            self._ask_where(handle, running, requests, now)
            if running is None:
                continue
            if (handle.pack.dbname, running.job_id, "cancel") in requests:
                self._tell(handle, running, Wish.CANCEL, now)
            elif gives_back:
                self._tell(handle, running, Wish.GIVE_BACK, now)
            wish, since = self._wish_of(handle, running)
            if running.deadline is not None and now >= running.deadline + KILL_AFTER_SECONDS:
                self._kill(handle, running, None)
            elif wish is not None and now >= since + KILL_AFTER_SECONDS:
                self._kill(handle, running, wish)
        for dbname, running, text in self._stacks.answers(now):
            if runner := self._runners.get(dbname):
                runner.answer_stack(running, text)

    def _requests(self, now: float) -> set[tuple[str, int, str]]:
        """What people want of running jobs: (database, job id, command)."""
        if now < self._requests_at or not self._pool.busy():
            return set()
        self._requests_at = now + _REQUESTS_SECONDS
        names = {handle.pack.dbname for handle in self._pool.busy() if handle.pack}
        return {
            (name, job_id, command)
            for name in names.intersection(self._runners)
            for job_id, command in self._runners[name].requests()
        }

    def _ask_where(self, handle: Handle, running: Running | None, requests, now: float) -> None:
        """Have a worker tell where its job stands: somebody asked, or it will soon be killed."""
        pack = handle.pack
        # One that runs nothing yet was given its pack and is loading its registry.
        at = running or Running(pack.job_ids[0], pack.run_token, now, 0.0, 0)
        is_near_its_end = at.deadline is not None and now >= at.deadline + KILL_AFTER_SECONDS / 2
        if is_near_its_end or (pack.dbname, at.job_id, "stack") in requests:
            self._stacks.ask(handle, at, now)

    def _tell(self, handle: Handle, running: Running, wish: Wish, now: float) -> None:
        if self._wish_of(handle, running)[0] is None:
            self._told[handle.pid] = (running.job_id, wish, now)
            handle.status.wish(wish, running.job_id)

    def _wish_of(self, handle: Handle, running: Running) -> tuple[Wish | None, float]:
        job_id, wish, since = self._told.get(handle.pid, (0, None, 0.0))
        return (wish, since) if job_id == running.job_id else (None, 0.0)

    def _kill(self, handle: Handle, running: Running, wish: Wish | None) -> None:
        """Kill a worker whose job does not stop, and settle that job in its place."""
        last_words = self._stacks.last_words(handle, running)
        handle.kill()
        pack, handle.pack = handle.pack, None
        runner = self._runners[pack.dbname]
        _logger.error(
            "Job id %d of %s did not stop when it was %s: worker %d is killed",
            running.job_id,
            pack.dbname,
            "over its time limit" if wish is None else "told to",
            handle.pid,
        )
        runner.terminate_backend(running)
        fence = {"job_id": running.job_id, "run_token": running.run_token}
        if wish is Wish.CANCEL:
            runner.settle("cancel", **fence, result="Cancelled while it was running")
        elif wish is Wish.GIVE_BACK:
            runner.settle("release", job_ids=[running.job_id], run_token=running.run_token)
        elif running.retry_seconds >= 0:
            runner.settle(
                "postpone",
                **fence,
                seconds=running.retry_seconds,
                retry=running.retry,
                message=_over_limit(running),
                exc_name=_TIMEOUT,
                exc_info=f"{_KILLED}\n\n{last_words}",
                outcome="timeout",
            )
            runner.count(running, "retried")
        else:
            values = {
                "exc_name": _TIMEOUT,
                "exc_message": _over_limit(running),
                "exc_info": f"{_KILLED}\n\n{last_words}",
            }
            retry = running.retry or None
            runner.settle("fail", **fence, **values, retry=retry, outcome="timeout")
            runner.count(running, "failed")
        others = [job_id for job_id in pack.job_ids if job_id != running.job_id]
        if others:
            runner.settle("release", job_ids=others, run_token=pack.run_token)


def _over_limit(running: Running) -> str:
    return (
        f"The job ran longer than its limit of {running.limit:g} s and did not stop when "
        "interrupted"
    )

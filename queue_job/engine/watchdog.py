# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The thread beside a job: time limit, cancelling, leases, and packs that turn out slow."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from ..rules.packs import PACK_SECONDS
from .interrupt import Interrupter, Reason
from .status import Running, Status, Wish

_logger = logging.getLogger(__name__)

# How often it looks, while a job runs. A limit is a matter of seconds, giving back
# the rest of a pack one of a tenth of a second.
_TICK_SECONDS = 0.05

# An interrupted job that goes on is interrupted again after this time.
_REPEAT_SECONDS = 0.2

_REASONS = {Wish.CANCEL: Reason.CANCEL, Wish.GIVE_BACK: Reason.GIVE_BACK}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Watchdog(threading.Thread):
    """Sleeps while its worker does.

    :param give_back_rest: hands the members of the pack that have not begun back
    :param die: ends the process at once
    """

    def __init__(
        self,
        status: Status,
        interrupter: Interrupter,
        give_back_rest: Callable[[], None],
        die: Callable[[], None] = _die,
    ) -> None:
        super().__init__(name="queue_job.watchdog", daemon=True)
        self._status = status
        self._interrupter = interrupter
        self._give_back_rest = give_back_rest
        self._die = die
        self._busy = threading.Event()
        # When members of the pack that have not begun go to other workers.
        self._gives_back_at = 0.0
        self._interrupted = 0.0
        self._is_over = False

    def pack_begins(self, seconds: float = PACK_SECONDS) -> None:
        """Watch from now on.

        :param seconds: after which the rest of the pack is given back
        """
        self._gives_back_at = time.monotonic() + seconds
        self._busy.set()

    def pack_ends(self) -> None:
        self._busy.clear()

    def stop(self) -> None:
        """Let the thread end, in a process that goes on without jobs."""
        self._is_over = True
        self._busy.set()

    def run(self) -> None:
        while not self._is_over:
            self._busy.wait()
            time.sleep(_TICK_SECONDS)
            try:
                self.step(time.monotonic())
            except Exception:
                _logger.exception("The watchdog of this job worker failed; it goes on")

    def step(self, now: float) -> None:
        """One look at the job in progress.

        :param now: value of ``time.monotonic()``
        """
        running = self._status.running()
        if running and 0 < self._status.lease_until() <= now:
            self._lose_lease(running)
            return
        if self._busy.is_set() and now > self._gives_back_at:
            self._give_back_rest()
        if running is None:
            return
        reason = _REASONS.get(self._status.wished(running.job_id))
        if reason is None and running.deadline is not None and now >= running.deadline:
            reason = Reason.TIMEOUT
        if reason and now - self._interrupted >= _REPEAT_SECONDS:
            self._interrupted = now
            self._interrupter.interrupt(reason, running.job_id)

    def _lose_lease(self, running: Running) -> None:
        """The supervisor has not renewed the lease: it is frozen, or can't reach the
        database. Others will take the job over: it must not run twice at once."""
        _logger.error(
            "The lease of job id %d was not renewed in time: its process ends, the job is "
            "run again",
            running.job_id,
        )
        self._status.excuse(running.run_token)
        self._die()

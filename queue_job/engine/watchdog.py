# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The thread beside a job: time limit, cancelling, and packs that turn out slow."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from .interrupt import Interrupter, Reason
from .status import Status, Wish

_logger = logging.getLogger(__name__)

# How often it looks, while a job runs. A limit is a matter of seconds, giving back
# the rest of a pack one of a tenth of a second.
_TICK_SECONDS = 0.05

# An interrupted job that goes on is interrupted again after this time.
_REPEAT_SECONDS = 0.2

# Members of a pack that have not begun by then go to other workers.
PACK_SECONDS = 0.1

_REASONS = {Wish.CANCEL: Reason.CANCEL, Wish.GIVE_BACK: Reason.GIVE_BACK}


class Watchdog(threading.Thread):
    """Sleeps while its worker does.

    :param give_back_rest: hands the members of the pack that have not begun back
    """

    def __init__(
        self, status: Status, interrupter: Interrupter, give_back_rest: Callable[[], None]
    ) -> None:
        super().__init__(name="queue_job.watchdog", daemon=True)
        self._status = status
        self._interrupter = interrupter
        self._give_back_rest = give_back_rest
        self._busy = threading.Event()
        self._pack_began = 0.0
        self._interrupted = 0.0

    def pack_begins(self) -> None:
        self._pack_began = time.monotonic()
        self._busy.set()

    def pack_ends(self) -> None:
        self._busy.clear()

    def run(self) -> None:
        while True:
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
        if self._busy.is_set() and now - self._pack_began > PACK_SECONDS:
            self._give_back_rest()
        running = self._status.running()
        if running is None:
            return
        reason = _REASONS.get(self._status.wished(running.job_id))
        if reason is None and running.deadline is not None and now >= running.deadline:
            reason = Reason.TIMEOUT
        if reason and now - self._interrupted >= _REPEAT_SECONDS:
            self._interrupted = now
            self._interrupter.interrupt(reason)

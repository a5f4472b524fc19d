# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Getting the main thread out of a job, from another thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

import psycopg2

# Not SIGTERM or SIGINT, which mean "stop the process"; not SIGUSR1, by which Odoo
# dumps its caches.
SIGNAL = getattr(signal, "SIGUSR2", None)  # not on Windows, which runs no jobs


class Reason(Enum):
    """Why a running job is interrupted."""

    TIMEOUT = "timeout"
    CANCEL = "cancel"
    GIVE_BACK = "give_back"


class JobInterrupt(BaseException):
    """Raised in the middle of a job. Not an ``Exception``, so that a job which
    swallows all errors of one record does not swallow this one too."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Interrupter:
    """Owned by the worker's main thread, pulled by its watchdog."""

    def __init__(self) -> None:
        self.reason: Reason | None = None
        #: Whether it was ever pulled: the process is not to be used again then.
        self.was_pulled = False
        self._job_id: int | None = None
        self._armed = False
        self._connection = None
        self._main = threading.main_thread().ident
        # Against an interruption of one job that arrives when the next has begun.
        self._lock = threading.Lock()

    def install(self) -> None:
        """Take over the signal; to be called in the main thread."""
        signal.signal(SIGNAL, self._on_signal)

    def _on_signal(self, _number, _frame) -> None:
        if self._armed and self.reason:
            raise JobInterrupt(self.reason)

    def begin(self, job_id: int) -> None:
        """From now on interruptions are for this job, those of the last one are void."""
        with self._lock:
            self._job_id = job_id
            self.reason = None

    @contextmanager
    def armed(self, connection) -> Iterator[None]:
        """The stretch in which the job's own code runs and may be interrupted.

        Outside of it (settling, committing) an interruption would leave things
        half-done; should that hang, the supervisor kills the process.

        :param connection: psycopg2 connection whose running statement is cancelled
        """
        self._connection = connection
        self._armed = True
        try:
            yield
        finally:
            self.disarm()

    def disarm(self) -> None:
        """No more interruptions.

        To be called first by whoever catches one: it may have come in the very moment in
        which the block was about to do this itself.
        """
        self._armed = False
        self._connection = None

    def interrupt(self, reason: Reason, job_id: int) -> None:
        """Cancel the statement in progress and raise JobInterrupt in the main thread.

        Called again until it works: the signal is only seen between two bytecodes, and
        a job may swallow the exception.

        :param job_id: the job it is for; nothing happens when that one has ended
        """
        # Held until the cancellation is on its way: the next job uses the same
        # connection.
        with self._lock:
            if job_id != self._job_id:
                return
            self.reason = reason
            self.was_pulled = True
            connection = self._connection
            if connection is not None and not connection.closed:
                with suppress(psycopg2.Error):
                    connection.cancel()
            if self._armed:
                self._raise()

    def _raise(self) -> None:
        signal.pthread_kill(self._main, SIGNAL)

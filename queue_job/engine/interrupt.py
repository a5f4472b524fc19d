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
SIGNAL = signal.SIGUSR2


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
        self._armed = False
        self._connection = None
        self._main = threading.main_thread().ident

    def install(self) -> None:
        """Take over the signal; to be called in the main thread."""
        signal.signal(SIGNAL, self._on_signal)

    def _on_signal(self, _number, _frame) -> None:
        if self._armed and self.reason:
            raise JobInterrupt(self.reason)

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
            self._armed = False
            self._connection = None

    def interrupt(self, reason: Reason) -> None:
        """Cancel the statement in progress and raise JobInterrupt in the main thread.

        Called again until it works: the signal is only seen between two bytecodes, and
        a job may swallow the exception.
        """
        self.reason = reason
        connection = self._connection
        if connection is not None and not connection.closed:
            with suppress(psycopg2.Error):
                connection.cancel()
        if self._armed:
            signal.pthread_kill(self._main, SIGNAL)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The program that runs jobs beside a threaded server: started, watched, stopped."""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable

from ..rules.backoff import Backoff

_logger = logging.getLogger(__name__)

# A program that ran for this long was well: should it die now, it starts again at once.
_WELL_SECONDS = 60.0

# Most seconds before it is started again: users wait for their jobs.
_LONGEST_PAUSE = 10.0

# What it takes to end after its grace: killing workers, giving jobs back.
_STOP_SECONDS = 5.0


class Beside:
    """Keeps one program running until told to stop.

    A killed one (out of memory, by mistake) is started again, as the master of a prefork
    server does with its workers: a server that looks healthy must not be one that runs
    no jobs.

    :param start: starts the program
    :param grace: seconds that its running jobs have to end
    """

    def __init__(self, start: Callable[[], subprocess.Popen], grace: float) -> None:
        self._start = start
        self._grace = grace
        self._backoff = Backoff(longest=_LONGEST_PAUSE)
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        # Also the first start is this thread's: the kernel ends the program with the
        # thread that has started it.
        self._thread = threading.Thread(target=self._keep, name="queue_job.beside", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop the program, within its grace and a little more."""
        with self._lock:
            self._stopping.set()
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(self._grace + _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _logger.warning("The job runner did not stop in time and is killed")
            process.kill()
            process.wait()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            end = self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > _WELL_SECONDS:
                self._backoff.succeeded()
            pause = self._backoff.failed()
            _logger.warning(
                "The job runner beside this server %s; it is started again in %.0f s", end, pause
            )
            self._stopping.wait(pause)

    def _run_once(self) -> str:
        """Start the program and wait for its end.

        :return: what happened to it
        """
        with self._lock:
            if self._stopping.is_set():
                return "was not needed any more"
            try:
                self._process = self._start()
            except OSError as error:
                return f"could not be started ({error})"
        _logger.info("Job runner starts beside the threaded server (process %d)", self._process.pid)
        status = self._process.wait()
        if status < 0:
            return f"was killed ({signal.Signals(-status).name})"
        return f"ended (exit code {status})"

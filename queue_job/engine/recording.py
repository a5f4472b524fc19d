# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a running job reports: progress and log lines, written past its transaction.

The job's thread only notes things down. A thread of the process writes them, at most
twice a second, over the worker's autocommit connection; what is left is written by the
job's thread right before the run is settled (afterwards the token is gone). A job that
reports nothing costs nothing.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timezone
from typing import Any

import psycopg2

from ..rules.log_window import LogWindow
from ..rules.masking import mask_text
from ..rules.progress import Progress
from ..rules.texts import storable
from ..store import job_log, progress

_logger = logging.getLogger(__name__)

#: Shortest time between two writes of one run, in seconds.
FLUSH_SECONDS = 0.5


class Recording:
    """Progress and log lines of one run.

    :param job_id: id of the job's row
    :param run_token: the fence under which it runs
    :param cursor: opens a cursor of an autocommit connection, for any thread
    :param is_live: False writes nothing before ``flush()``, for a cursor that is not
        for other threads
    """

    def __init__(
        self,
        job_id: int,
        run_token: int,
        cursor: Callable[[], AbstractContextManager[Any]],
        *,
        is_live: bool = True,
    ) -> None:
        self._is_live = is_live
        self._job_id = job_id
        self._run_token = run_token
        self._cursor = cursor
        self._lock = threading.Lock()
        self._flush_lock = threading.Lock()
        self._progress: Progress | None = None
        self._reported: Progress | None = None
        self._lines: LogWindow | None = None
        self._has_stored_lines = False

    @property
    def has_news(self) -> bool:
        """Whether something is noted that has not been written."""
        lines = self._lines
        return self._progress is not self._reported or (lines is not None and lines.has_news)

    def report(self, what: Progress) -> None:
        """Note how far the job has come."""
        with self._lock:
            self._progress = what
        self._want_write()

    def log(self, record: logging.LogRecord, text: str) -> None:
        """Note a line that the job has logged."""
        date = datetime.fromtimestamp(record.created, timezone.utc).replace(tzinfo=None)
        # The name of the level may have been coloured for a terminal.
        level = logging.getLevelName(record.levelno)
        with self._lock:
            if self._lines is None:
                self._lines = LogWindow()
            self._lines.add(date, level, record.name, text)
        self._want_write()

    def _want_write(self) -> None:
        if self._is_live:
            _writer.want(self)

    def flush(self) -> None:
        """Write what is noted. Never raises: a report is not worth a job."""
        if not self.has_news:
            return
        with self._flush_lock:
            try:
                with self._cursor() as cr:
                    self._write(cr)
            except psycopg2.Error as error:
                _logger.debug("Reports of job id %s were not written: %s", self._job_id, error)

    def _write(self, cr) -> None:
        with self._lock:
            what = self._progress
            lines = self._lines.news() if self._lines else []
            first = self._lines.first if self._lines else 1
        fence = {"job_id": self._job_id, "run_token": self._run_token}
        if what is not self._reported:
            message = storable(mask_text(what.message)) if what.message else None
            progress.report(cr, **fence, done=what.done, total=what.total, message=message)
            self._reported = what
        if lines:
            job_log.add(
                cr,
                **fence,
                lines=lines,
                first=first,
                is_first_of_run=not self._has_stored_lines,
            )
            self._has_stored_lines = True
            with self._lock:
                self._lines.mark_stored(lines[-1].number)

    def forget(self) -> None:
        """Be done: the run is settled, and what was not written by now never is."""
        _writer.forget(self)


class _Writer:
    """The thread that writes while jobs run; started by the first report, never stopped."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start afresh; run in every forked child, which has no such thread."""
        self._condition = threading.Condition()
        self._wanted: dict[Recording, float] = {}
        self._thread: threading.Thread | None = None

    def want(self, recording: Recording) -> None:
        """Have something written, not sooner than the time between two writes allows."""
        # Nearly always it is on the list already: a job that logs in a loop must not
        # wait for the lock each time.
        if recording in self._wanted:
            return
        with self._condition:
            # The first write waits too: most jobs are over by then, and write once.
            self._wanted.setdefault(recording, time.monotonic() + FLUSH_SECONDS)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="queue_job.reports", daemon=True
                )
                self._thread.start()
            self._condition.notify()

    def forget(self, recording: Recording) -> None:
        """Write nothing more of a run."""
        if recording in self._wanted:
            with self._condition:
                self._wanted.pop(recording, None)

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._wanted:
                    self._condition.wait()
                recording, at = min(self._wanted.items(), key=lambda item: item[1])
                delay = at - time.monotonic()
                if delay > 0:
                    self._condition.wait(delay)
                    continue
                del self._wanted[recording]
            with suppress(Exception):
                recording.flush()


_writer = _Writer()
if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_writer.reset)

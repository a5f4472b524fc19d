# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Moves of a job between its states, in memory."""

from __future__ import annotations

import os
from datetime import timedelta

from .rules.retry import retry_seconds
from .rules.states import (
    CANCELLED,
    DONE,
    ENQUEUED,
    FAILED,
    PENDING,
    STARTED,
    WAIT_DEPENDENCIES,
)


class JobState:
    """Mixin of Job: each method sets attributes, ``store()`` writes them."""

    def set_pending(self, result: str | None = None, reset_retry: bool = True) -> None:
        """Put the job back in the queue, or to wait while a parent isn't done.

        :param result: text to keep as the result
        :param reset_retry: False keeps the tries counted so far
        """
        self.state = WAIT_DEPENDENCIES if self._waits_for_parents() else PENDING
        self.date_enqueued = None
        self.date_started = None
        self.date_done = None
        self.date_cancelled = None
        self.worker_pid = None
        if reset_retry:
            self.retry = 0
        if result is not None:
            self.result = result

    def set_enqueued(self) -> None:
        """The job was handed to a worker and has not begun."""
        self.state = ENQUEUED
        self.date_enqueued = self._now()
        self.date_started = None
        self.worker_pid = None

    def set_started(self) -> None:
        """The job runs in this process."""
        self.state = STARTED
        self.date_started = self._now()
        self.worker_pid = os.getpid()

    def set_done(self, result: str | None = None) -> None:
        """The job went well.

        :param result: text to keep as the result
        """
        self.state = DONE
        self._clear_exception()
        self.date_done = self._now()
        if result is not None:
            self.result = result

    def set_cancelled(self, result: str | None = None) -> None:
        """The job is not wanted any more.

        :param result: text to keep as the result
        """
        self.state = CANCELLED
        self.date_cancelled = self._now()
        if result is not None:
            self.result = result

    def set_failed(self, **kw) -> None:
        """The job failed for good.

        :param kw: attributes to set: exc_name, exc_message, exc_info
        """
        self.state = FAILED
        for name, value in kw.items():
            if value is not None:
                setattr(self, name, value)

    def postpone(self, result: str | None = None, seconds: int | None = None) -> None:
        """Let the job wait before its next try.

        :param result: text to keep as the result
        :param seconds: how long; None leaves it to the retry pattern
        """
        self.eta = self._now() + timedelta(seconds=self._get_retry_seconds(seconds))
        self._clear_exception()
        if result is not None:
            self.result = result

    def _clear_exception(self) -> None:
        self.exc_name = None
        self.exc_message = None
        self.exc_info = None

    def _get_retry_seconds(self, seconds: int | None = None) -> int:
        """Return how long to wait before the next try.

        :param seconds: wins over the retry pattern; 0 for at once
        """
        return retry_seconds(seconds, self.job_config.retry_pattern, self.retry)

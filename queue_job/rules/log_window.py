# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The last lines that a run has logged, and which of them are not stored yet."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

#: What is kept of one run. A job that logs more keeps the last lines, as those tell
#: what it is doing now or why it failed.
MAX_LINES = 200
MAX_CHARS = 64 * 1024
#: A longer line is cut: one of them must not drive out all others.
MAX_LINE_CHARS = 8 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a job's log.

    :param number: its place in the run, from 1
    :param date: naive UTC
    """

    number: int
    date: datetime
    level: str
    logger: str
    message: str


class LogWindow:
    """Bounded on both sides: lines and characters."""

    def __init__(self, max_lines: int = MAX_LINES, max_chars: int = MAX_CHARS) -> None:
        self._max_lines = max_lines
        self._max_chars = max_chars
        self._lines: deque[Line] = deque()
        self._chars = 0
        self._last = 0
        self._stored = 0

    def add(self, date: datetime, level: str, logger: str, message: str) -> None:
        """Take a line in; the oldest ones give way."""
        if len(message) > MAX_LINE_CHARS:
            message = message[: MAX_LINE_CHARS - 2] + " …"
        self._last += 1
        self._lines.append(Line(self._last, date, level, logger, message))
        self._chars += len(message)
        while len(self._lines) > self._max_lines or (
            self._chars > self._max_chars and len(self._lines) > 1
        ):
            self._chars -= len(self._lines.popleft().message)

    @property
    def first(self) -> int:
        """Number of the oldest line that is kept; what comes before it may be deleted."""
        return self._lines[0].number if self._lines else 1

    @property
    def has_news(self) -> bool:
        return self._stored < self._last

    def news(self) -> list[Line]:
        """Lines that were not reported as stored yet, in order."""
        return [line for line in self._lines if line.number > self._stored]

    def mark_stored(self, number: int) -> None:
        """Take note that everything up to this line has been written.

        :param number: number of the last line that was
        """
        self._stored = max(self._stored, number)

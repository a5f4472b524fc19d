# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How far a job has come: what may be said, and what it is in per cent."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: A longer message is cut: it is shown in one line.
MAX_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """What a running job reports.

    :param done: units of work behind it
    :param total: units in all, None when it does not know
    :param message: what it is doing now, None for nothing to say
    """

    done: float
    total: float | None = None
    message: str | None = None


def read_progress(done: object, total: object = None, message: object = None) -> Progress:
    """Check what a job reports.

    :param done: number of units done, 0 or more
    :param total: number of units in all, None when unknown
    :param message: text, cut when it is longer than MAX_MESSAGE
    :return: Progress
    :raise ValueError: when a number is none, or negative; names the argument
    """
    text = None if message is None else str(message)
    if text is not None and len(text) > MAX_MESSAGE:
        text = text[: MAX_MESSAGE - 2] + " …"
    return Progress(_number("done", done), None if total is None else _number("total", total), text)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} of a job's progress must be a number, not {value!r}")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} of a job's progress must be 0 or more, not {value!r}")
    return value


def percent(done: float | None, total: float | None) -> float:
    """Return how far that is, from 0 to 100; 0 while nobody knows the total.

    :param done: units done
    :param total: units in all; None or 0 for unknown
    """
    if not done or not total:
        return 0.0
    return min(100.0, 100.0 * done / total)

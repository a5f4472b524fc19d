# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Waiting for something to become true, instead of sleeping and hoping."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(
    check: Callable[[], T],
    *,
    timeout: float = 30.0,
    message: str | Callable[[], str] = "",
    interval: float = 0.05,
) -> T:
    """Call a function until it returns something true.

    :param check: what is asked again and again
    :param timeout: seconds after which the test fails
    :param message: what was waited for, or a function that describes the state at the end
    :param interval: seconds between two calls
    :return: what ``check`` returned
    :raises TimeoutError: it stayed false
    """
    deadline = time.monotonic() + timeout
    while True:
        if result := check():
            return result
        if time.monotonic() > deadline:
            text = message() if callable(message) else message
            raise TimeoutError(f"Not within {timeout:g} s: {text or check}")
        time.sleep(interval)


def overload() -> float:
    """How many times slower than alone things may be: what else the machine does takes its share.

    :return: 1.0 on a machine with cores to spare
    """
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))

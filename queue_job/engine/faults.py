# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Named places where a test may kill or freeze the process.

Nothing happens unless the environment variable says so. Not for production.

``QUEUE_JOB_FAULT=claimed:kill``
    whoever comes to this place is killed (``kill``) or frozen (``stop``), each time.
``QUEUE_JOB_FAULT=@FOLDER``
    a file ``FOLDER/claimed.kill`` is good for one process: the first to come there
    puts its pid behind the file's name and gets the signal.
"""

from __future__ import annotations

import os
import signal

# Read once: asking the environment at each job costs a fortieth of a short one.
_WANTED = os.environ.get("QUEUE_JOB_FAULT")
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP} if hasattr(signal, "SIGKILL") else {}


def point(name: str) -> None:
    """Send ourselves the signal that the environment asks for at this place."""
    if _WANTED is not None:
        _act(name, _WANTED)


def _act(name: str, wanted: str) -> None:
    if wanted.startswith("@"):
        for action in _SIGNALS:
            _take_order(f"{wanted[1:]}/{name}.{action}", action)
        return
    place, _colon, action = wanted.partition(":")
    if place == name and action in _SIGNALS:
        os.kill(os.getpid(), _SIGNALS[action])


def _take_order(path: str, action: str) -> None:
    pid = os.getpid()
    try:
        # Atomic: of several processes that come here at once, one finds the file.
        os.rename(path, f"{path}.{pid}")
    except FileNotFoundError:
        return
    os.kill(pid, _SIGNALS[action])

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Named places where a test may kill or freeze the process.

Nothing happens unless the environment variable names the place, for example
``QUEUE_JOB_FAULT=claimed:kill`` or ``before_commit:stop``. Not for production.
"""

from __future__ import annotations

import os
import signal

_VARIABLE = "QUEUE_JOB_FAULT"
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP} if hasattr(signal, "SIGKILL") else {}


def point(name: str) -> None:
    """Send ourselves the signal that the environment asks for at this place."""
    wanted = os.environ.get(_VARIABLE)
    if wanted is None:
        return
    place, _colon, action = wanted.partition(":")
    if place == name and action in _SIGNALS:
        os.kill(os.getpid(), _SIGNALS[action])

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Getting a thread out of a job where no signal may be used.

A scheduled action runs in a thread of Odoo's. Python can raise an exception in a thread,
between two bytecodes; what waits in the C library (a sleep, a socket) is not woken.
"""

from __future__ import annotations

import ctypes
import threading

from .interrupt import Interrupter, JobInterrupt, Reason


def _without_arguments(reason: Reason) -> type[JobInterrupt]:
    """Python makes the exception itself, so the class must know the reason."""

    def __init__(self) -> None:  # noqa: N807
        JobInterrupt.__init__(self, reason)

    return type("JobInterrupt", (JobInterrupt,), {"__init__": __init__})


_EXCEPTIONS = {reason: _without_arguments(reason) for reason in Reason}


class ThreadInterrupter(Interrupter):
    """Made in the thread that runs the jobs, pulled by another one."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = ctypes.c_ulong(threading.get_ident())

    def install(self) -> None:
        """Nothing to take over."""

    def disarm(self) -> None:
        # Under the lock: whoever has found it armed is done by then, and what it has
        # raised but is not seen yet is taken back.
        self._armed = False
        with self._lock:
            super().disarm()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, None)

    def _raise(self) -> None:
        exception = ctypes.py_object(_EXCEPTIONS[self.reason])
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, exception)

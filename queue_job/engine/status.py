# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A few bytes shared by a worker and its supervisor.

The worker writes what it runs before every job; the supervisor reads it when a limit
is near or the worker has died, and writes its wish. Shared memory and not messages:
telling the supervisor about two thousand jobs a second would cost it a tenth of a
core, and it only ever looks at the last one.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from enum import IntEnum

_RUNNING = struct.Struct("=qqddi")  # job id, run token, began, limit, backend pid
_WISH = struct.Struct("=qi")  # job id, wish
_WISH_AT = 64  # a cache line of its own: two writers, two places


class Wish(IntEnum):
    """What the supervisor wants the worker to do with the job it runs."""

    NONE = 0
    CANCEL = 1
    GIVE_BACK = 2


@dataclass(frozen=True, slots=True)
class Running:
    """The job a worker runs now.

    :param began: value of ``time.monotonic()``, the same clock in all processes
    :param limit: seconds it may take, 0 for no limit
    :param backend_pid: the database's process that serves the job's cursor
    """

    job_id: int
    run_token: int
    began: float
    limit: float
    backend_pid: int

    @property
    def deadline(self) -> float | None:
        return self.began + self.limit if self.limit else None


class Status:
    """Created by the supervisor before it forks; both sides then hold it."""

    def __init__(self) -> None:
        # Anonymous and shared: it goes with the last process that maps it.
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)

    def begin(
        self, job_id: int, run_token: int, began: float, limit: float, backend_pid: int
    ) -> None:
        _RUNNING.pack_into(self._memory, 0, job_id, run_token, began, limit, backend_pid)

    def end(self) -> None:
        _RUNNING.pack_into(self._memory, 0, 0, 0, 0.0, 0.0, 0)

    def running(self) -> Running | None:
        """The job being run, None between jobs."""
        running = Running(*_RUNNING.unpack_from(self._memory, 0))
        return running if running.job_id else None

    def wish(self, wish: Wish, job_id: int) -> None:
        """Ask something of the worker, for that job and no later one."""
        _WISH.pack_into(self._memory, _WISH_AT, job_id, wish)

    def wished(self, job_id: int) -> Wish:
        """What is asked for that job."""
        wished_for, wish = _WISH.unpack_from(self._memory, _WISH_AT)
        return Wish(wish) if wished_for == job_id else Wish.NONE

    def close(self) -> None:
        self._memory.close()

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

# Each writer has cache lines of its own; the offsets are bytes, the places are eight
# bytes each, which are written and read in one go.
_VERSION = 0
_RUNNING = struct.Struct("=qqddiid")  # the fields of Running
_RUNNING_AT = 8
_TAKEN = 128 // 8
_WISH_JOB, _WISH = 192 // 8, 192 // 8 + 1
_LEASE = 256 // 8
_EXCUSED = 128 // 8 + 1

# A reader that finds the worker in the middle of writing tries again: so many times, as
# the worker may have been killed or frozen right there.
_TRIES = 1000


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
    :param retry: value of the job's retry counter after it ran over its limit
    :param retry_seconds: how long it waits then; negative when it is not tried again
    """

    job_id: int
    run_token: int
    began: float
    limit: float
    backend_pid: int
    retry: int = 0
    retry_seconds: float = -1.0

    @property
    def deadline(self) -> float | None:
        return self.began + self.limit if self.limit else None


_NOTHING = Running(0, 0, 0.0, 0.0, 0)


class Status:
    """Created by the supervisor before it forks; both sides then hold it."""

    def __init__(self) -> None:
        # Anonymous and shared: it goes with the last process that maps it.
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._integers = memoryview(self._memory).cast("q")
        self._numbers = memoryview(self._memory).cast("d")

    # -- written by the worker -------------------------------------------------------------

    def take(self, run_token: int) -> None:
        """A pack has arrived."""
        self._integers[_TAKEN] = run_token

    def has_taken(self, run_token: int) -> bool:
        """Whether a pack has arrived at the worker; if not, nothing of it was begun."""
        return self._integers[_TAKEN] == run_token

    def excuse(self, run_token: int) -> None:
        """The worker is about to end, and it is not the fault of what it runs."""
        self._integers[_EXCUSED] = run_token

    def is_excused(self, run_token: int) -> bool:
        """Whether the end of the worker says nothing against the jobs of its pack."""
        return self._integers[_EXCUSED] == run_token

    def begin(self, running: Running) -> None:
        """A job begins, or its limit is another one."""
        # Odd while it is being written: a reader must not take the start of one job
        # for that of another, and kill it for being over its limit.
        version = self._integers[_VERSION] | 1
        self._integers[_VERSION] = version
        _RUNNING.pack_into(
            self._memory,
            _RUNNING_AT,
            running.job_id,
            running.run_token,
            running.began,
            running.limit,
            running.backend_pid,
            running.retry,
            running.retry_seconds,
        )
        self._integers[_VERSION] = version + 1

    def end(self) -> None:
        self.begin(_NOTHING)

    # -- written by the supervisor ---------------------------------------------------------

    def wish(self, wish: Wish, job_id: int) -> None:
        """Ask something of the worker, for that job and no later one."""
        # Until the last write the wish is for no job at all.
        self._integers[_WISH_JOB] = 0
        self._integers[_WISH] = wish
        self._integers[_WISH_JOB] = job_id

    def renew(self, until: float) -> None:
        """The leases of the worker's jobs hold until then (``time.monotonic()``)."""
        self._numbers[_LEASE] = until

    # -- read by either --------------------------------------------------------------------

    def running(self) -> Running | None:
        """The job being run, None between jobs."""
        for _try in range(_TRIES):
            version = self._integers[_VERSION]
            values = _RUNNING.unpack_from(self._memory, _RUNNING_AT)
            if version % 2 == 0 and self._integers[_VERSION] == version:
                running = Running(*values)
                return running if running.job_id else None
        return None

    def wished(self, job_id: int) -> Wish:
        """What is asked for that job."""
        wish = Wish(self._integers[_WISH])
        return wish if self._integers[_WISH_JOB] == job_id else Wish.NONE

    def lease_until(self) -> float:
        """When the leases end unless they are renewed, 0 when nobody has said."""
        return self._numbers[_LEASE]

    def close(self) -> None:
        self._integers.release()
        self._numbers.release()
        self._memory.close()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who this process is, so that others can tell whether it still lives."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a process apart from every other, also after a reboot.

    :param boot_id: changes with every boot of the kernel
    :param pid_namespace: containers count their processes separately
    :param start_ticks: start time in clock ticks since boot; pids are used again
    """

    hostname: str
    boot_id: str
    pid_namespace: str
    pid: int
    start_ticks: int

    @classmethod
    def of_this_process(cls) -> Identity:
        pid = os.getpid()
        return cls(
            hostname=platform.node(),
            boot_id=_read(_PROC / "sys/kernel/random/boot_id"),
            pid_namespace=_link(_PROC / "self/ns/pid"),
            pid=pid,
            start_ticks=start_ticks(pid),
        )

    @property
    def name(self) -> str:
        return f"{self.hostname}:{self.pid}"

    @property
    def sees_neighbours(self) -> bool:
        """Whether this machine tells enough to judge other processes on it."""
        return bool(self.boot_id and self.pid_namespace)


def start_ticks(pid: int) -> int:
    """Start time of a process in clock ticks since boot, 0 when it is gone or unknown."""
    stat = _read(_PROC / str(pid) / "stat")
    # The command in field 2 may hold spaces and parentheses: count from its end.
    fields = stat.rpartition(")")[2].split()
    return int(fields[19]) if len(fields) > 19 else 0


def is_alive(pid: int, ticks: int = 0) -> bool:
    """Whether a process runs (a zombie does not), and is the one started at ``ticks``.

    :param ticks: start time to compare with, 0 to accept any
    """
    stat = _read(_PROC / str(pid) / "stat")
    fields = stat.rpartition(")")[2].split()
    if len(fields) <= 19 or fields[0] in "ZX":
        return False
    return not ticks or int(fields[19]) == ticks


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""

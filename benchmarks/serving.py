# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Real servers under measurement, and what they consume."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from devtools.environment import ROOT

from .sides import Side

sys.path.append(str(ROOT / "tests" / "e2e"))
from harness import Database, OdooServer, wait_for

__all__ = ["Database", "OdooServer", "Sample", "memory", "server", "wait_for"]


@contextlib.contextmanager
def server(side: Side, database: str, *, wait: bool = True) -> Iterator[OdooServer]:
    """Yield a running prefork server of a side, killed with all its processes afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made = OdooServer(
            side.environment,
            Path(folder),
            [database],
            workers=side.workers,
            sections={"options": side.options, "queue_job": side.queue_job},
        )
        try:
            yield made.start(wait=wait)
            if errors := made.unexpected_errors:
                print("\n".join(errors[:5]), file=sys.stderr)
        finally:
            made.kill()


@dataclasses.dataclass(frozen=True)
class Sample:
    """What had been consumed at one moment.

    :param at: seconds, monotonic
    :param cpu: seconds by process, server and database backends
    :param commits: transactions that were committed in the database
    :param wal: bytes of write-ahead log, of the whole cluster
    """

    at: float
    cpu: dict[tuple[int, float], float]
    commits: int
    wal: float

    @classmethod
    def take(cls, made: OdooServer, database: Database) -> Sample:
        """Look at a server, its database and the processes of both."""
        commits, wal = database.query(
            "SELECT xact_commit, pg_current_wal_insert_lsn() - '0/0'"
            " FROM pg_stat_database WHERE datname = current_database()"
        )[0]
        pids = [process.pid for process in made.processes()]
        pids += [
            pid
            for (pid,) in database.query(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            )
        ]
        cpu = {}
        for pid in pids:
            # Processes end, and those of another machine or user can't be looked at.
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                times = process.cpu_times()
                cpu[pid, process.create_time()] = times.user + times.system
        return cls(time.monotonic(), cpu, commits, float(wal))

    def cpu_since(self, before: Sample) -> float:
        """Return the seconds of CPU between two samples, of processes alive at the second."""
        return sum(used - before.cpu.get(key, 0.0) for key, used in self.cpu.items())


def memory(made: OdooServer) -> list[float]:
    """Return the resident memory of each process of a server, in MB, largest first."""
    sizes = []
    for process in made.processes():
        with contextlib.suppress(psutil.Error):
            sizes.append(process.memory_info().rss / 2**20)
    return sorted(sizes, reverse=True)

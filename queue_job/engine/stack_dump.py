# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where does a running job stand? Asked from outside, as the job may hold everything.

A thread of the worker could not tell while C code holds the interpreter's lock. So each
worker registers ``faulthandler``, whose C code writes all stacks on a signal, lock or no
lock, to a file in memory that worker and supervisor share.
"""

from __future__ import annotations

import faulthandler
import linecache
import os
import signal
import tempfile
import time
from contextlib import suppress

from ..rules.stack_text import readable
from .status import Running

#: How long a process may take to answer before somebody else tells what it is doing.
PATIENCE_SECONDS = 2.0

#: How often a process that was asked is looked at.
LOOK_SECONDS = 0.05

_LAST_WORDS_SECONDS = 0.2

_MAX_BYTES = 256 * 1024


def _signal() -> int:
    # Odoo's own processes count their caches on this one; job workers have no use for it.
    return signal.SIGUSR1


class StackFile:
    """Made by the supervisor before it forks a worker; both then hold it."""

    def __init__(self) -> None:
        if hasattr(os, "memfd_create"):
            self._file = os.fdopen(os.memfd_create("queue_job.stack"), "w+b", buffering=0)
        else:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115

    def register(self) -> None:
        """Answer from now on; in the worker."""
        faulthandler.register(_signal(), file=self._file, all_threads=True, chain=False)

    def ask(self, pid: int) -> None:
        """Let the worker write its stacks; in the supervisor."""
        # One open file in both processes: they share its position too.
        self._file.seek(0)
        self._file.truncate()
        with suppress(ProcessLookupError):
            os.kill(pid, _signal())

    def read(self) -> str:
        """Return what the worker has written so far."""
        size = os.fstat(self._file.fileno()).st_size
        return os.pread(self._file.fileno(), min(size, _MAX_BYTES), 0).decode(errors="replace")

    def close(self) -> None:
        self._file.close()


class StackRequests:
    """The supervisor's side: workers that were asked and have not answered."""

    def __init__(self) -> None:
        # By worker: pack and job, since when, and how much there was at the last look.
        self._asked: dict = {}
        self._last: dict = {}

    @property
    def is_waiting(self) -> bool:
        return bool(self._asked)

    def ask(self, handle, running: Running, now: float) -> None:
        """Ask a worker where its job stands, unless that was done.

        :param handle: the supervisor's view of the worker
        :param running: the job it runs
        :param now: value of ``time.monotonic()``
        """
        if handle not in self._asked:
            self._asked[handle] = (handle.pack, running, now, 0)
            self._last[handle] = (running, "")
            handle.stack.ask(handle.pid)

    def answers(self, now: float) -> list[tuple[str, Running, str]]:
        """Collect what has come in.

        :param now: value of ``time.monotonic()``
        :return: (database, job, text) of each that is complete
        """
        found = []
        for handle, (pack, running, since, seen) in list(self._asked.items()):
            now_running = handle.status.running() or running
            if pack is not handle.pack or now_running.job_id != running.job_id:
                del self._asked[handle]
                continue
            dump = handle.stack.read()
            # It is written in pieces: complete once nothing has been added for a look.
            if dump and len(dump) == seen:
                text = readable(dump, _source) or dump
            elif now - since > PATIENCE_SECONDS:
                text = _silence(handle.pid)
            else:
                self._asked[handle] = (pack, running, since, len(dump))
                continue
            del self._asked[handle]
            self._last[handle] = (running, text)
            found.append((pack.dbname, running, text))
        return found

    def last_words(self, handle, running) -> str:
        """Return where a job stood that is about to be killed, empty if it does not tell."""
        asked, text = self._last.get(handle, (None, ""))
        if asked is None or asked.job_id != running.job_id:
            return ""
        if not text:
            # It was asked a moment ago, on a busy machine right now. All else waits here:
            # not for long.
            deadline = time.monotonic() + _LAST_WORDS_SECONDS
            dump, seen = handle.stack.read(), ""
            while (not dump or dump != seen) and time.monotonic() < deadline:
                time.sleep(LOOK_SECONDS / 5)
                dump, seen = handle.stack.read(), dump
            text = readable(dump, _source)
        return text

    def forget(self, handle) -> None:
        """Expect no answer of a worker that has ended."""
        self._asked.pop(handle, None)
        self._last.pop(handle, None)


def _source(file: str, line: int) -> str:
    linecache.checkcache(file)
    return linecache.getline(file, line)


def _silence(pid: int) -> str:
    """Say what the kernel says of a process that does not answer."""
    state = "unknown"
    with suppress(OSError, StopIteration):
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            state = next(line for line in status if line.startswith("State:")).split(maxsplit=1)[1]
    return (
        f"The job's process {pid} gave no answer within {PATIENCE_SECONDS:g} s. Its state, as the "
        f"system sees it: {state.strip()}"
    )

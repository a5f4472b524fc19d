# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Worker processes: forked, watched, reaped, replaced."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing import Pipe

from odoo import sql_db
from odoo.service.server import set_limit_memory_hard

from . import patience
from .stack_dump import StackFile
from .status import Status
from .worker import FailureNotice, Pack, Worker

try:
    from setproctitle import setproctitle
except ImportError:

    def setproctitle(_title: str) -> None:
        """Nicer names in ``ps`` are optional."""


_logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1

# A worker that dies right away is not replaced in a loop.
_RESPAWN_SECONDS = 1.0


@dataclass(slots=True, eq=False)
class Handle:
    """The supervisor's view of one worker process."""

    pid: int
    pipe: object
    status: Status
    stack: StackFile
    pack: Pack | None = None
    notice: FailureNotice | None = None
    is_busy: bool = False
    is_killed: bool = False

    def send(self, message) -> None:
        self.pipe.send(message)
        self.note(message)

    def note(self, message) -> None:
        """Keep in mind what the worker has to do, None for nothing."""
        self.pack = message if isinstance(message, Pack) else None
        self.notice = message if isinstance(message, FailureNotice) else None
        self.is_busy = message is not None

    def kill(self) -> None:
        self.is_killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Pool:
    """Keeps ``size`` workers alive.

    :param size: number of job workers
    :param inherited: returns the file descriptors of the supervisor that a child must
        close: connections, listening sockets
    """

    def __init__(self, size: int, settings, inherited: Callable[[], Iterable[int]] = tuple) -> None:
        self._size = size
        self._settings = settings
        self._inherited = inherited
        self._spawned_at = [0.0] * size
        self.handles: dict[int, Handle] = {}
        self.is_closing = False

    @property
    def size(self) -> int:
        return self._size

    def idle(self) -> list[Handle]:
        return [handle for handle in self.handles.values() if not handle.is_busy]

    def busy(self) -> list[Handle]:
        return [handle for handle in self.handles.values() if handle.is_busy]

    def fill(self) -> list[Handle]:
        """Fork what is missing.

        :return: the new workers
        """
        new = []
        now = time.monotonic()
        while not self.is_closing and len(self.handles) < self._size:
            oldest = min(range(self._size), key=self._spawned_at.__getitem__)
            if now - self._spawned_at[oldest] < _RESPAWN_SECONDS:
                break
            self._spawned_at[oldest] = now
            handle = self._fork()
            self.handles[handle.pid] = handle
            new.append(handle)
        return new

    def reap(self, forget: Callable[[Handle], None]) -> list[tuple[Handle, int]]:
        """Collect workers that have ended, without waiting.

        :param forget: called with each before its pipe is closed
        :return: (worker, wait status) of each
        """
        ended = []
        for pid, handle in list(self.handles.items()):
            # Each by its pid: under the prefork server other children are not ours.
            try:
                found, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                found, status = pid, 0
            if found:
                del self.handles[pid]
                forget(handle)
                handle.pipe.close()
                handle.stack.close()
                ended.append((handle, status))
        return ended

    def _fork(self) -> Handle:
        # Connections that a preloaded registry left in Odoo's pool must not be shared.
        sql_db.close_all()
        ours, theirs = Pipe()
        status = Status()
        stack = StackFile()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            theirs.close()
            return Handle(pid, ours, status, stack)
        # In the child nothing may return into the supervisor's loop.
        code = 1
        try:
            ours.close()
            self._become_worker(parent)
            stack.register()
            Worker(theirs, status, self._settings).run()
            code = 0
        except BaseException:
            _logger.exception("Job worker %d ends on an error", os.getpid())
        finally:
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _become_worker(self, parent: int) -> None:
        """Undo what a fork inherits."""
        die_with_parent(parent)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        signal.set_wakeup_fd(-1)
        patience.unlimited()
        # Ctrl-C goes to the whole terminal group; the supervisor decides what happens
        # to us, and we end when its end of the pipe closes.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGXCPU, signal.SIGUSR1):
            signal.signal(number, signal.SIG_DFL)
        # Odoo's CPU limit is per HTTP request and grows with each; jobs have limits of
        # their own, in wall time.
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
        set_limit_memory_hard()
        for handle in self.handles.values():
            handle.pipe.close()
            handle.stack.close()
        for descriptor in self._inherited():
            # The bare descriptor: a proper goodbye would end the parent's session.
            os.close(descriptor)
        random.seed()
        setproctitle(f"odoo: job worker {os.getpid()}")


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends (Linux only).

    :param parent: pid the parent had before the fork, against the race
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)

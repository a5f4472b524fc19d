# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Starting the runner with Odoo's server: the only place where Odoo is patched.

Odoo has hooks for what runs inside a request and for a server that stops
(``CommonServer.on_stop``), but none for a process of one's own. Two methods are
wrapped, each calls the original first:

* ``PreforkServer.process_spawn`` runs at every turn of the master's loop and forks the
  workers that are missing: ours is one more, with the master's watchdog, reaping and
  graceful stop;
* ``ThreadedServer.cron_spawn`` runs once, when the server is up and is not about to
  stop. Forking a process full of threads is not safe, so the supervisor is started
  as a program of its own.

Neither is reached by ``stop_after_init``, by the evented (gevent) process or by other
commands; tests are excluded explicitly.
"""

from __future__ import annotations

import functools
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import odoo.cli
from odoo.service import server
from odoo.tools import config
from odoo.tools.misc import stripped_sys_argv

from . import configuration
from .beside import Beside

_logger = logging.getLogger(__name__)

# The supervisor pings at every turn of its loop, twice a second; a statement of its
# own never takes longer than this.
_WATCHDOG_SECONDS = 120


def install() -> None:
    """Wrap the two methods, once per process."""
    if getattr(server.PreforkServer.process_spawn, "is_queue_job", False):
        return
    server.PreforkServer.process_spawn = _after(
        server.PreforkServer.process_spawn, _spawn_in_prefork
    )
    server.ThreadedServer.cron_spawn = _after(server.ThreadedServer.cron_spawn, _start_beside)


def _after(original, addition):
    @functools.wraps(original)
    def wrapper(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        addition(self)
        return result

    wrapper.is_queue_job = True
    return wrapper


@functools.cache
def _settings():
    """This server's settings, read and reported once; None when it starts no
    processes for jobs."""
    settings, problems = configuration.load()
    configuration.report(problems)
    if config["test_enable"]:
        return None
    reason = settings.why_no_processes
    if not reason and not hasattr(os, "fork"):
        reason = (
            "This server runs no jobs: this system can't fork processes. Its users enqueue jobs, "
            "other servers run them"
        )
    if reason:
        _logger.info("%s", reason)
        return None
    return settings


class WorkerJobSupervisor(server.Worker):
    """The supervisor as a worker of the prefork server."""

    def __init__(self, multi) -> None:
        super().__init__(multi)
        self.watchdog_timeout = _WATCHDOG_SECONDS

    def run(self) -> None:
        """Replace the base class's loop, which runs in a thread: job workers are forked
        from here, and only a process without threads forks safely."""
        from .pool import die_with_parent  # not on Windows

        die_with_parent(self.ppid)
        self.pid = os.getpid()
        self.setproctitle()
        if self.multi.socket:
            self.multi.socket.close()
        for number in (signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        _run_supervisor(
            _settings(),
            ping=lambda: self.multi.pipe_ping(self.watchdog_pipe),
            inherited=lambda: [*self.watchdog_pipe, *self.eintr_pipe],
            is_orphan=lambda: os.getppid() != self.ppid,
        )


def _spawn_in_prefork(multi) -> None:
    if _settings() is None:
        return
    if not any(isinstance(worker, WorkerJobSupervisor) for worker in multi.workers.values()):
        # In no registry of a kind: only ``multi.workers`` holds it, from which the
        # master stops, watches and reaps it like any other worker.
        multi.worker_spawn(WorkerJobSupervisor, {})


def _start_beside(threaded) -> None:
    if _settings() is None:
        return
    arguments = stripped_sys_argv()[1:]
    if odoo.cli.COMMAND in arguments:
        arguments.remove(odoo.cli.COMMAND)
    program = Path(__file__).with_name("standalone.py")
    command = [sys.executable, str(program), "--parent", str(os.getpid()), *arguments]
    # Ctrl-C reaches the whole terminal group: it must not stop the supervisor before the
    # server tells it to.
    start = functools.partial(
        subprocess.Popen,
        command,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": _python_path()},
    )
    beside = Beside(start, _settings().stop_grace)
    beside.start()
    threaded.on_stop(beside.stop)


def _python_path() -> str:
    """Where the program finds the same Odoo as we did, also in a source checkout."""
    places = [str(Path(path).parent) for path in odoo.__path__]
    return os.pathsep.join([*places, *filter(None, [os.environ.get("PYTHONPATH")])])


def _run_supervisor(settings, **kwargs) -> None:
    from .supervisor import Supervisor  # not on Windows

    try:
        Supervisor(settings, **kwargs).run()
    except Exception:
        _logger.exception("The job runner stopped on an error; it is started again")
        sys.exit(1)

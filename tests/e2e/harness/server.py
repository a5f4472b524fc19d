# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A real Odoo server of a test: started, talked to, stopped or killed, its log at hand."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import psutil

from devtools import odoo_config, ports, rpc
from devtools.environment import Environment
from devtools.results import ERROR_LINE

from .waiting import wait_for

#: Marks every process that a server starts, also those that leave its process group.
MARK_VARIABLE = "HARNESS_SERVER"


class OdooServer:
    """One Odoo server with a configuration file and a log file of its own.

    :param environment: the set-up
    :param folder: where its files go
    :param databases: names of the databases it serves
    :param workers: 0 for the threaded server, more for the prefork one
    :param sections: further sections of the configuration file, ``[options]`` included
    :param args: further command line arguments
    :param extra_environ: further environment variables; a value of None removes one
    :param command: Odoo's command, e.g. ``queue_job`` for one that comes with an addon
    """

    def __init__(
        self,
        environment: Environment,
        folder: Path,
        databases: list[str],
        *,
        workers: int = 0,
        sections: dict[str, dict[str, Any]] | None = None,
        args: list[str] | None = None,
        extra_environ: dict[str, str | None] | None = None,
        command: str = "server",
    ) -> None:
        self.environment = environment
        self.databases = databases
        self.command = command
        self.args = args or []
        self.extra_environ = extra_environ or {}
        self.port = ports.any_free()
        self.url = f"http://{ports.LOOPBACK}:{self.port}"
        self.config_path = folder / "odoo.conf"
        self.log_path = folder / "odoo.log"
        self.mark = uuid.uuid4().hex
        self.process: subprocess.Popen | None = None
        self._expected_errors: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        given = dict(sections or {})
        options = {"workers": workers, "max_cron_threads": 0, **given.pop("options", {})}
        odoo_config.write(
            self.config_path,
            environment,
            databases,
            self.port,
            sections={"options": options, **given},
            tests=True,
        )

    @property
    def log(self) -> str:
        """Return all that the server has written so far."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    @property
    def errors(self) -> list[str]:
        """Return the log lines of level ERROR or above."""
        return ERROR_LINE.findall(self.log)

    def expect_error(self, pattern: str) -> None:
        """Say that log lines of level ERROR are part of the test; any other one fails it.

        :param pattern: regular expression that such a line contains
        """
        self._expected_errors.append(pattern)

    @property
    def unexpected_errors(self) -> list[str]:
        """Return the log lines of level ERROR or above that no pattern expects."""
        return [
            line
            for line in self.errors
            if not any(re.search(pattern, line) for pattern in self._expected_errors)
        ]

    @property
    def pid(self) -> int:
        """Return the process id of the server's first process."""
        assert self.process, "not started"
        return self.process.pid

    def start(self, *, wait: bool = True, timeout: float = 60.0) -> OdooServer:
        """Start the server.

        :param wait: until it answers over HTTP
        :param timeout: seconds after which the test fails
        :return: itself
        """
        environ = os.environ | {MARK_VARIABLE: self.mark, "PYTHONUNBUFFERED": "1"}
        for name, value in self.extra_environ.items():
            environ.pop(name, None)
            if value is not None:
                environ[name] = value
        command = [
            self.environment.python,
            self.environment.odoo_script,
            # Odoo finds an addon's command only when it knows the addons path before it.
            *self.environment.addons_options(tests=True),
            self.command,
            f"--config={self.config_path}",
            *self.args,
        ]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environ,
                start_new_session=True,
            )
        if wait:
            self.wait_ready(timeout=timeout)
        return self

    def is_ready(self) -> bool:
        """Tell whether the server answers over HTTP.

        :raises RuntimeError: it has ended
        """
        assert self.process, "not started"
        if self.process.poll() is not None:
            raise RuntimeError(
                f"The server ended with status {self.process.returncode}:\n{self.log[-4000:]}"
            )
        try:
            with urllib.request.urlopen(f"{self.url}/web/health", timeout=5) as response:
                return response.status == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_ready(self, *, timeout: float = 60.0) -> None:
        """Wait until the server answers over HTTP."""
        wait_for(self.is_ready, timeout=timeout, message=lambda: f"ready; log:\n{self.log[-4000:]}")

    def wait_log(self, pattern: str, *, timeout: float = 30.0, start: int = 0) -> re.Match:
        """Wait for a line in the log.

        :param pattern: regular expression, searched with ``^`` and ``$`` at each line
        :param timeout: seconds after which the test fails
        :param start: position in :attr:`log` from which it counts
        :return: the match
        """
        regex = re.compile(pattern, re.MULTILINE)
        return wait_for(
            lambda: regex.search(self.log, start),
            timeout=timeout,
            message=lambda: f"{pattern!r} in the log:\n{self.log[-4000:]}",
        )

    def processes(self) -> list[psutil.Process]:
        """Return all living processes that come from this server, its first one included."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                alive = process.status() != psutil.STATUS_ZOMBIE
                if alive and process.environ().get(MARK_VARIABLE) == self.mark:
                    found.append(process)
        return found

    def stop(self, *, timeout: float = 30.0, sig: int = signal.SIGTERM) -> int:
        """Stop the server as its administrator would.

        :param timeout: seconds after which the test fails
        :param sig: the signal sent to its first process
        :return: its exit status
        :raises TimeoutError: it went on; it is killed then
        """
        assert self.process, "not started"
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"Still running {timeout} s after signal {sig}") from None
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill every process of the server with SIGKILL at once, as a power cut would."""
        # Stopped first, so that none can restart another or notice that one is gone.
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for process in self.processes():
                with contextlib.suppress(psutil.Error):
                    process.send_signal(sig)
        wait_for(lambda: not self.processes(), timeout=10, message="all processes gone")
        if self.process:
            self.process.wait(10)

    def rpc(
        self,
        model: str,
        method: str,
        *args: Any,
        login: str = "admin",
        password: str = "admin",
        database: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call a method of a model over HTTP, as a client would.

        :param model: its name
        :param method: a public method's name
        :param args: JSON's types; the ids first, where the method works on records
        :param login: the user
        :param password: password or API key
        :param database: by default the server's first one
        :param kwargs: JSON's types
        :return: what the method returned
        :raises RuntimeError: it raised; the text holds the remote traceback
        """
        return rpc.call(
            self.url, database or self.databases[0], login, password, model, method, args, kwargs
        )

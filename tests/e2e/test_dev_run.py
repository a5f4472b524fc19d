# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev run`` as a developer uses it, in this checkout."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from harness import wait_for

from devtools import databases, ports
from devtools.environment import ENVIRONMENT_VARIABLE, ROOT, Environment
from devtools.locks import file_lock
from devtools.names import MAIN
from devtools.setup import HANDOVER

pytestmark = pytest.mark.slow

MARK = "DEV_RUN_TEST"
#: Seconds; the first start installs all addons in two databases.
FIRST, AGAIN = 600, 15


@contextlib.contextmanager
def dev_run(log: Path, port: int) -> Iterator[subprocess.Popen]:
    """Start ``./dev run`` in a process group of its own, as a terminal does."""
    # As from the user's shell: what ./dev test has set must not help.
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in (HANDOVER, ENVIRONMENT_VARIABLE)
    }
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, ROOT / "dev", "run", f"--port={port}"],
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environ | {MARK: str(port)},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def left_over(port: int) -> list[psutil.Process]:
    """Return what still runs of a ``./dev run``."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == str(port):
                found.append(process)
    return found


@pytest.fixture
def checkout(environment) -> Environment:
    """The set-up that ./dev has made in this checkout, with no other ./dev run in it."""
    own = ROOT / ".dev" / "environment.json"
    if not own.exists() or Environment.load(own).postgres != environment.postgres:
        pytest.skip("these tests don't run on the set-up of ./dev")
    with file_lock(ROOT / ".dev" / "locks" / "run", wait=False) as free:
        if not free:
            pytest.skip("a ./dev run is going on in this checkout")
    return environment


def test_runs_imports_stops_and_is_quick_again(checkout, tmp_path):
    for number, limit in enumerate((FIRST, AGAIN)):
        port = ports.any_free()
        log = tmp_path / f"run{number}.log"
        begun = time.monotonic()
        with dev_run(log, port) as process:

            def shown(process=process, log=log) -> bool:
                assert process.poll() is None, log.read_text()
                return "Ctrl-C stops everything" in log.read_text()

            def answers(port=port) -> bool:
                try:
                    address = f"http://127.0.0.1:{port}/web/login"
                    return urllib.request.urlopen(address, timeout=10).status == 200
                except OSError:
                    return False

            wait_for(lambda: shown() and answers(), timeout=FIRST, message=log.read_text)
            seconds = time.monotonic() - begun
            text = log.read_text()
            assert "Login:     admin" in text
            assert re.search(r"✓ Imported: \d+ jobs in .* s, \d+ partners known$", text, re.M)
            if "Upgrading the addons" not in text:
                assert seconds < limit, text
            with contextlib.closing(databases.connect(checkout.postgres, MAIN)) as connection:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM queue_job WHERE state <> 'done'")
                    assert cursor.fetchone() == (0,)
                    cursor.execute("SELECT count(*) FROM odoo_res_partner")
                    assert cursor.fetchone()[0] > 300
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        wait_for(lambda port=port: not left_over(port), timeout=20, message="all has ended")


def test_taken_port_is_said_in_a_line(checkout, tmp_path):
    import socket

    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with dev_run(tmp_path / "log", port) as process:
            assert process.wait(60) == 1
    text = (tmp_path / "log").read_text()
    assert text.startswith(f"dev: Port {port} is taken")
    assert text.count("\n") == 1

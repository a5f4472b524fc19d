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
from harness import overload, wait_for

from devtools import databases, ports
from devtools.environment import ENVIRONMENT_VARIABLE, ROOT, Environment
from devtools.locks import file_lock
from devtools.names import MAIN
from devtools.setup import HANDOVER

# There is one main database, and the start is timed.
pytestmark = [pytest.mark.slow, pytest.mark.alone]

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


def answers(port: int) -> bool:
    """Tell whether the login page is shown."""
    try:
        address = f"http://{ports.LOOPBACK}:{port}/web/login"
        return urllib.request.urlopen(address, timeout=10).status == 200
    except OSError:
        return False


def query(environment: Environment, statement: str, *params) -> tuple:
    """Return the first row of what the main database answers."""
    with contextlib.closing(databases.connect(environment.postgres, MAIN)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchone()


def job_has_run(environment: Environment, since: float) -> bool:
    """Tell whether a job was done since a time, in seconds of the epoch."""
    statement = (
        "SELECT EXISTS (SELECT FROM queue_job"
        " WHERE state = 'done' AND date_done >= to_timestamp(%s) AT TIME ZONE 'UTC')"
    )
    return query(environment, statement, since)[0]


def test_runs_imports_stops_and_is_quick_again(checkout, tmp_path):
    run_once(checkout, tmp_path / "first.log")
    # What else runs on the machine takes its share, and that isn't our slowness.
    load = overload()
    seconds, text = run_once(checkout, tmp_path / "again.log")
    assert "Installing" not in text
    assert "Upgrading" not in text
    assert seconds < AGAIN * load, text


def run_once(checkout: Environment, log: Path) -> tuple[float, str]:
    """Run it until the import is done, and stop it.

    :return: seconds until the login page was shown and a job had run; all it printed
    """
    port = ports.any_free()
    begun, since = time.monotonic(), time.time()
    with dev_run(log, port) as process:

        def is_up() -> bool:
            assert process.poll() is None, log.read_text()
            return answers(port) and job_has_run(checkout, since)

        wait_for(is_up, timeout=FIRST, message=log.read_text)
        seconds = time.monotonic() - begun
        wait_for(
            lambda: "Ctrl-C stops everything" in log.read_text(),
            timeout=FIRST,
            message=log.read_text,
        )
        text = log.read_text()
        assert "Login:     admin" in text
        known = r"\d+ partners and \d+ products known"
        assert re.search(rf"✓ Imported: \d+ jobs in .* s, {known}$", text, re.M)
        assert query(checkout, "SELECT count(*) FROM queue_job WHERE state <> 'done'") == (0,)
        partners, pictures = query(
            checkout,
            "SELECT count(*), count(a.id) FROM odoo_res_partner b LEFT JOIN ir_attachment a ON"
            " a.res_model = 'res.partner' AND a.res_field = 'image_128' AND a.res_id = b.odoo_id",
        )
        assert partners > 300
        assert pictures > 0.9 * partners
        assert query(checkout, "SELECT count(*) FROM odoo_product_template")[0] > 20
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    wait_for(lambda: not left_over(port), timeout=20, message="all has ended")
    return seconds, text


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

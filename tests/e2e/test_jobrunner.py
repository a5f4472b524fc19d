# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The command by which older start scripts run jobs without a web server."""

import os
import signal
import subprocess

import pytest
from engine import ADDON, effects, enqueue

from devtools import process
from devtools.environment import ROOT

pytestmark = pytest.mark.slow


def test_the_older_command_runs_jobs(new_database, odoo_server, environment):
    database = new_database(ADDON)
    server = odoo_server(database, queue_job={"channels": "root:1"}, start=False)
    enqueue(database, "write_effect", "alone")
    # The addon must be importable, as an installed distribution is.
    python_path = [str(ROOT / "setup" / "queue_job"), os.environ.get("PYTHONPATH", "")]
    command = [
        *(environment.python, "-m", "odoo.addons.queue_job.jobrunner"),
        f"--config={server.config_path}",
    ]
    with server.log_path.open("ab") as log:
        runner = subprocess.Popen(
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, python_path))},
            start_new_session=True,
        )
        with process.ending(runner):
            database.wait_jobs()
            runner.send_signal(signal.SIGTERM)
            assert runner.wait(30) == 0
    assert effects(database, "alone") == 1
    assert server.errors == []

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""SIGHUP, by which an administrator, and the watcher of --dev=reload, has new code loaded."""

import signal

import psutil
import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue, worker_pids
from harness import wait_for

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("workers", [0, 2], ids=["threaded", "prefork"])
def test_job_workers_are_loaded_anew(new_database, odoo_server, workers):
    database = new_database(ADDON)
    server = odoo_server(
        database,
        workers=workers,
        args=["--dev=reload"],
        queue_job={"channels": "root:2", "stop_grace": 1},
    )
    database.wait("SELECT count(*) = 1 FROM queue_job_runner", timeout=90)
    before = wait_for(lambda: len(pids := worker_pids(database)) == 2 and pids)
    # One that is in the way of the stop, and more than can be done until then.
    [long] = enqueue(server, "ask_often", "long", 60)
    database.wait("SELECT count(*) = 1 FROM test_queue_run WHERE key = 'long'", timeout=60)
    enqueue(server, "write_effect", "short", 0.2, times=20)
    server.process.send_signal(signal.SIGHUP)
    wait_for(
        lambda: not any(psutil.pid_exists(pid) for pid in before),
        timeout=120,
        message="the old workers' end",
    )
    server.wait_ready(timeout=120)
    enqueue(server, "write_effect", "after", times=5)
    database.wait_jobs(timeout=90)
    assert effects(database, "short") == 20
    assert effects(database, "after") == 5
    assert effects(database, "long") == 1
    assert database.value(NO_OVERLAP)
    # It was given back: no attempt was counted, no crash.
    assert database.query("SELECT attempt, crashes FROM queue_job WHERE uuid = %s", (long,)) == [
        (1, 0)
    ]
    # One job server and not two.
    database.wait("SELECT count(*) = 1 FROM queue_job_runner WHERE state <> 'dead'")
    assert not set(worker_pids(database)) & set(before)

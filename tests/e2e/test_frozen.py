# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Processes that stand still past their lease, and then go on as if nothing had been."""

import time

import psutil
import pytest
from engine import ADDON, NO_OVERLAP, Faults, end_runs, enqueue, worker_pids
from harness import wait_for

pytestmark = pytest.mark.slow

ONE = {"channels": "root:1", "job_workers": 1}


@pytest.fixture
def pair(new_database, odoo_server, tmp_path):
    """Two servers; those of the first obey orders to stop, the second does nothing yet."""
    database = new_database(ADDON)
    faults = Faults(tmp_path / "faults")
    first = odoo_server(database, queue_job=ONE, extra_environ=faults.environ)
    [worker] = database.wait("SELECT worker_pids FROM queue_job_runner WHERE worker_pids <> '[]'")
    second = odoo_server(database, queue_job=ONE)
    wait_for(lambda: len(worker_pids(database)) == 2, message="both servers beating")
    [other] = set(worker_pids(database)) - {worker}
    idle = psutil.Process(other).parent()
    idle.suspend()
    yield database, faults, first, second, idle
    for process in first.processes() + second.processes():
        process.resume()


@pytest.mark.parametrize(
    ("place", "legal"),
    [("in_first_half", []), ("in_second_half", ["run 1, first half"])],
    ids=["commit", "finish"],
)
def test_a_worker_that_lost_its_lease_is_refused(pair, place, legal):
    database, faults, first, second, idle = pair
    # Whichever of the two is in time: the fence in the database, or the worker's own
    # watchdog, which looks at the clock.
    first.expect_error("was not renewed in time")
    faults.place(place, "stop")
    enqueue(first, "commit_in_the_middle", "frozen")
    pid, _when = faults.wait(place, "stop")
    worker = psutil.Process(pid)
    supervisor = worker.parent()
    supervisor.suspend()
    effects = "SELECT value FROM test_queue_effect ORDER BY id"
    assert [value for (value,) in database.query(effects)] == legal
    database.query(
        "UPDATE queue_job_runner SET date_beat = date_beat - interval '1 hour' WHERE pid = %s",
        (supervisor.pid,),
    )
    idle.resume()
    database.wait_jobs(timeout=40)
    whole = [*legal, "run 2, first half", "run 2, second half"]
    assert [value for (value,) in database.query(effects)] == whole
    # Awake again, it wants to commit what it has.
    worker.resume()
    wait_for(lambda: _says_so(first) or not worker.is_running(), message="the worker's end")
    assert [value for (value,) in database.query(effects)] == whole
    assert database.query("SELECT state, attempt, crashes, run_token FROM queue_job") == [
        ("done", 2, 0, None)
    ]
    # The server goes on as another one.
    supervisor.resume()
    first.wait_log("was declared dead")
    enqueue(first, "write_effect", "later", times=3)
    database.wait_jobs()
    assert second.errors == []


def _says_so(server):
    return "was taken back while it ran" in server.log or "was not renewed" in server.log


def test_a_frozen_supervisor_does_not_let_its_worker_run_on(pair):
    database, _faults, first, _second, idle = pair
    first.expect_error("was not renewed in time")
    enqueue(first, "leave_trace", "long", 40)
    pid = database.wait("SELECT max(pid) FROM test_queue_run")
    worker = psutil.Process(pid)
    worker.parent().suspend()
    idle.resume()
    # It ends by itself; its parent, which would have to bury it, stands still.
    wait_for(lambda: worker.status() == psutil.STATUS_ZOMBIE, timeout=30, message="its end")
    end_runs(database, pid, time.time())
    database.wait("SELECT count(*) = 2 FROM test_queue_run", timeout=30)
    assert database.value(NO_OVERLAP)
    # The worker was innocent, and so was the job: but the server was as good as dead.
    assert database.query("SELECT state, crashes FROM queue_job") == [("started", 1)]


def test_a_claim_whose_answer_got_lost(new_database, odoo_server):
    database = new_database(ADDON)
    server = odoo_server(database, queue_job=ONE)
    runner = database.wait("SELECT id FROM queue_job_runner")
    # What it leaves behind: leased to a server that lives, and knows nothing of it.
    database.query("UPDATE queue_job_channel SET paused = true")
    enqueue(server, "write_effect", "lost")
    database.query(
        """
        UPDATE queue_job SET state = 'started', runner_id = %s, attempt = 1,
               run_token = nextval('queue_job_run_token_seq'), date_started = date_created
        """,
        (runner,),
    )
    database.wait("SELECT state = 'pending' AND run_token IS NULL FROM queue_job")
    assert database.query("SELECT attempt, crashes FROM queue_job") == [(0, 0)]
    database.query("UPDATE queue_job_channel SET paused = false")
    database.wait_jobs()
    server.wait_log("claimed but never reached a worker")


def test_a_database_that_workers_cannot_open(new_database, odoo_server):
    database = new_database(ADDON)
    server = odoo_server(database, queue_job=ONE)
    server.expect_error("can't open")
    database.wait("SELECT count(*) FROM queue_job_runner")
    enqueue(server, "write_effect", "patient", options={"eta": 4})
    # No more connections than there are now: the runner's is among them.
    superuser = database.connect(superuser=True)
    with superuser.cursor() as cr:
        cr.execute(
            """
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT %s', current_database(),
                (SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()));
            END $$
            """
        )
    server.wait_log("Its jobs wait for")
    with superuser.cursor() as cr:
        cr.execute("SELECT state, attempt, crashes FROM queue_job")
        assert cr.fetchall() == [("pending", 0, 0)]
        cr.execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT -1',"
            " current_database()); END $$"
        )
    superuser.close()
    database.wait_jobs(timeout=90)
    assert database.query("SELECT attempt, crashes FROM queue_job") == [(1, 0)]

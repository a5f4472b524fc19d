# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Processes killed with SIGKILL: nothing lost, nothing done twice."""

import contextlib
import signal

import psutil
import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue, worker_pids
from harness import overload, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def engine_db(new_database):
    return new_database(ADDON)


def test_killed_worker_is_replaced_and_its_job_done(engine_db, odoo_server):
    server = odoo_server(engine_db, queue_job={"channels": "root:2"})
    enqueue(server, "kill_worker", "k", 2)
    engine_db.wait_jobs()
    assert effects(engine_db, "k") == 1
    assert engine_db.query("SELECT attempt, crashes FROM queue_job") == [(3, 0)]
    assert engine_db.query("SELECT outcome FROM queue_job_attempt ORDER BY number") == [
        ("crashed",),
        ("crashed",),
        ("done",),
    ]
    server.wait_log(r"Job worker \d+ ended \(SIGKILL\)")


def test_a_job_that_kills_its_worker_again_and_again_fails(engine_db, odoo_server):
    server = odoo_server(engine_db, queue_job={"channels": "root:1"})
    enqueue(server, "kill_worker", "k", 99)
    enqueue(server, "write_effect", "behind")
    engine_db.wait_jobs(settled=("done", "failed"))
    assert engine_db.query("SELECT state, exc_name, crashes FROM queue_job ORDER BY id") == [
        ("failed", "JobFoundDead", 3),
        ("done", None, 0),
    ]


@pytest.mark.parametrize("workers", [0, 2], ids=["threaded", "prefork"])
def test_killed_server_resumes_when_it_is_back(engine_db, odoo_server, workers):
    server = odoo_server(engine_db, workers=workers, queue_job={"channels": "root:2"})
    enqueue(server, "write_effect", "slow", 3, times=2)
    engine_db.wait("SELECT count(*) = 2 FROM test_queue_run")
    server.kill()
    assert engine_db.job_states() == {"started": 2}
    server.start(wait=False)
    engine_db.wait_jobs(timeout=60)
    assert effects(engine_db, "slow") == 2
    assert engine_db.value(NO_OVERLAP)
    assert engine_db.query("SELECT crashes, attempt FROM queue_job") == [(0, 2)] * 2
    # Taken back at once, not when the lease ended.
    taken = engine_db.value(
        """
        SELECT extract(epoch FROM min(r.date_start) - max(a.date_end))
          FROM queue_job_attempt a, queue_job_runner r WHERE r.state = 'running'
        """
    )
    assert abs(taken) < 5 * overload()


def test_workers_killed_at_random_lose_nothing(engine_db, odoo_server):
    server = odoo_server(engine_db, workers=2, queue_job={"channels": "root:4"})
    enqueue(server, "write_effect", "many", 0.02, times=150)
    kills = 0
    while kills < 12 and engine_db.value(
        "SELECT count(*) > 0 FROM queue_job WHERE state <> 'done'"
    ):
        before = engine_db.value("SELECT count(*) FROM queue_job WHERE state = 'done'")
        for pid in worker_pids(engine_db)[:1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).send_signal(signal.SIGKILL)
                kills += 1
        wait_for(
            lambda before=before: engine_db.value(
                "SELECT count(*) > %s OR bool_and(state <> 'pending') FROM queue_job"
                " WHERE state IN ('done', 'pending')",
                (before + 5,),
            ),
            message="progress between two kills",
        )
    engine_db.wait_jobs(timeout=60)
    assert kills
    # Exactly one effect per job that is done, and never two runs at once.
    assert effects(engine_db, "many") == 150
    assert engine_db.value(NO_OVERLAP)


def test_frozen_worker_that_lost_its_lease_writes_nothing(engine_db, odoo_server):
    first = odoo_server(engine_db, queue_job={"channels": "root:1"})
    # Its own watchdog stops it, unless the fence or its supervisor is faster.
    first.expect_error("was not renewed in time")
    enqueue(first, "commit_often", "frozen", 400, 0.02)
    engine_db.wait("SELECT count(*) >= 5 FROM test_queue_effect")
    for process in first.processes():
        process.suspend()
    engine_db.query("UPDATE queue_job_runner SET date_beat = date_beat - interval '1 hour'")
    odoo_server(engine_db, queue_job={"channels": "root:1"})
    engine_db.wait("SELECT count(*) = 2 FROM test_queue_run", timeout=40)
    # What the frozen one had handed to the database is legal: it was its job. All that is known
    # when the other one has begun to count.
    before = engine_db.wait(
        "SELECT count(*) FROM test_queue_effect"
        " WHERE id < (SELECT max(id) FROM test_queue_effect WHERE value = '0')"
    )
    pid = engine_db.value("SELECT pid FROM test_queue_run ORDER BY id LIMIT 1")
    for process in first.processes():
        process.resume()
    wait_for(lambda: not psutil.pid_exists(pid) or _is_idle(engine_db, pid), timeout=30)
    engine_db.wait_jobs(timeout=60)
    assert effects(engine_db, "frozen") == before + 400
    assert engine_db.value("SELECT count(*) FROM test_queue_run WHERE ended IS NULL") == 1


def _is_idle(database, pid):
    return database.value(
        "SELECT count(*) = 0 FROM queue_job WHERE worker_pid = %s AND state = 'started'", (pid,)
    )


def test_a_locked_row_holds_up_nobody_else(engine_db, odoo_server):
    server = odoo_server(engine_db, queue_job={"channels": "root:2"})
    enqueue(server, "leave_trace", "locked", 60)
    pid = engine_db.wait("SELECT pid FROM test_queue_run")
    # Somebody at a terminal, who has gone for lunch.
    lock = engine_db.connect()
    lock.autocommit = False
    with lock.cursor() as cr:
        cr.execute("SELECT id FROM queue_job FOR UPDATE")
        psutil.Process(pid).kill()
        server.wait_log("somebody has locked the row of a job")
        [runner] = engine_db.query("SELECT id FROM queue_job_runner")
        enqueue(server, "write_effect", "others", times=20)
        engine_db.wait("SELECT count(*) = 20 FROM test_queue_effect WHERE key = 'others'")
        # The lease of the server goes on, for longer than one that nobody renews.
        engine_db.wait(
            "SELECT bool_and(date_beat > date_start + interval '20 s') FROM queue_job_runner",
            timeout=60,
        )
        assert engine_db.query("SELECT id FROM queue_job_runner WHERE state <> 'dead'") == [runner]
        assert engine_db.job_states() == {"started": 1, "done": 20}
        lock.rollback()
    lock.close()
    engine_db.wait("SELECT count(*) = 2 FROM test_queue_run WHERE key = 'locked'")
    assert engine_db.query("SELECT attempt, crashes FROM queue_job WHERE state = 'started'") == [
        (2, 1)
    ]


def test_a_row_that_is_referred_to_is_settled_at_once(engine_db, odoo_server):
    server = odoo_server(engine_db, queue_job={"channels": "root:1"})
    enqueue(server, "leave_trace", "referred", 60)
    pid = engine_db.wait("SELECT pid FROM test_queue_run")
    # A long transaction that adds something below the job, as a foreign key does.
    lock = engine_db.connect()
    lock.autocommit = False
    with lock.cursor() as cr:
        cr.execute("SELECT id FROM queue_job FOR KEY SHARE")
        psutil.Process(pid).kill()
        engine_db.wait("SELECT state = 'pending' AND crashes = 1 FROM queue_job", timeout=10)
        lock.rollback()
    lock.close()
    engine_db.wait("SELECT count(*) = 2 FROM test_queue_run")
    assert "somebody has locked" not in server.log

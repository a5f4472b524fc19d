# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs on real servers: from ``with_delay()`` to the effect, and every other end."""

import pytest

SERVERS = pytest.mark.parametrize("workers", [0, 2], ids=["threaded", "prefork"])
ADDON = "test_queue_engine"


@pytest.fixture
def engine_db(new_database):
    return new_database(ADDON)


def enqueue(database, method, *args, options=None, times=1, **kwargs):
    """Enqueue a job of the test model and return the uuids."""
    return database.run(
        """
        effect = env["test.queue.effect"]
        jobs = [
            getattr(effect.with_delay(**options), method)(*args, **kwargs) for _n in range(times)
        ]
        result = [job.uuid for job in jobs]
        """,
        method=method,
        args=list(args),
        kwargs=kwargs,
        options=options or {},
        times=times,
    )


def effects(database, key):
    return database.value("SELECT count(*) FROM test_queue_effect WHERE key = %s", (key,))


@SERVERS
def test_a_job_runs_in_a_process_of_its_own(engine_db, odoo_server, workers):
    server = odoo_server(engine_db, workers=workers, queue_job={"channels": "root:2"})
    [uuid] = enqueue(engine_db, "write_effect", "one")
    engine_db.wait_jobs()
    [row] = engine_db.query(
        """
        SELECT result, attempt, retry, run_token, runner_id, worker_pid, exec_time > 0,
               date_done >= date_started
          FROM queue_job WHERE uuid = %s
        """,
        (uuid,),
    )
    assert row[:5] == ("one", 1, 1, None, None)
    assert row[6:] == (True, True)
    pid = engine_db.value("SELECT value FROM test_queue_effect WHERE key = 'one'")
    assert int(pid) == row[5] != server.pid
    assert server.stop() == 0
    assert server.processes() == []
    assert server.errors == []
    assert engine_db.value("SELECT count(*) FROM queue_job_runner") == 0


def test_a_commit_wakes_the_runner(engine_db, odoo_server):
    odoo_server(engine_db, queue_job={"channels": "root:1"}).wait_log("Job runner started")
    # The first one loads the registry.
    enqueue(engine_db, "do_nothing")
    engine_db.wait_jobs()
    enqueue(engine_db, "do_nothing", times=5)
    engine_db.wait_jobs()
    slowest = engine_db.value(
        """
        SELECT max(extract(epoch FROM date_enqueued - date_created)) FROM queue_job
         WHERE id > (SELECT min(id) FROM queue_job)
        """
    )
    # The shell commits after it has enqueued all; polling would take a minute.
    assert slowest < 5


def test_every_other_end(engine_db, odoo_server):
    server = odoo_server(engine_db, queue_job={"channels": "root:2"})
    engine_db.query(
        """
        INSERT INTO queue_job_function (name, model_id, method, on_fail_method, channel_id)
        SELECT '<test.queue.effect>.fail', m.id, 'fail', 'on_fail', c.id
          FROM ir_model m, queue_job_channel c
         WHERE m.model = 'test.queue.effect' AND c.complete_name = 'root'
        """
    )
    [failed] = enqueue(engine_db, "fail", "no luck")
    [nothing] = enqueue(engine_db, "nothing_to_do")
    [exhausted] = enqueue(engine_db, "retry", options={"max_retries": 2})
    engine_db.wait_jobs(settled=("done", "failed"))
    state = "SELECT state, exc_name, exc_message, result, retry FROM queue_job WHERE uuid = %s"
    assert engine_db.query(state, (failed,)) == [("failed", "ValueError", "no luck", None, 1)]
    assert "Traceback" in engine_db.value("SELECT exc_info FROM queue_job WHERE uuid=%s", (failed,))
    assert engine_db.query(state, (nothing,)) == [
        ("done", None, None, "all is well already", 1)
    ]
    [(end, name, message, _result, retry)] = engine_db.query(state, (exhausted,))
    assert (end, retry) == ("failed", 2)
    assert name == "odoo.addons.queue_job.exception.FailedJobError"
    assert "Max. retries (2) reached" in message
    # What they did before is undone, what was to be done on failure is done.
    assert effects(engine_db, "failed") == effects(engine_db, "nothing") == 0
    engine_db.wait("SELECT value FROM test_queue_effect WHERE key = 'on_fail'")
    assert (
        engine_db.value("SELECT value FROM test_queue_effect WHERE key = 'on_fail'")
        == "ValueError: no luck"
    )
    outcomes = engine_db.query(
        "SELECT j.uuid, a.number, a.outcome FROM queue_job_attempt a"
        " JOIN queue_job j ON j.id = a.job_id ORDER BY j.id, a.number"
    )
    assert outcomes == [
        (failed, 1, "failed"),
        (exhausted, 1, "retry"),
        (exhausted, 2, "failed"),
    ]
    assert len(server.errors) == 2


def test_a_retry_waits_for_its_time(engine_db, odoo_server):
    odoo_server(engine_db, queue_job={"channels": "root:1"})
    [uuid] = enqueue(engine_db, "retry", 1, succeed_at=2)
    engine_db.wait_jobs()
    [(retry, result, waited)] = engine_db.query(
        """
        SELECT j.retry, j.result, extract(epoch FROM j.date_started - a.date_end)
          FROM queue_job j JOIN queue_job_attempt a ON a.job_id = j.id AND a.number = 1
         WHERE j.uuid = %s
        """,
        (uuid,),
    )
    assert (retry, result) == (2, "tried 2 times")
    assert 0.95 < waited < 3


def test_conflicts_are_tried_again_at_once_and_count_for_nothing(engine_db, odoo_server):
    server = odoo_server(engine_db, queue_job={"channels": "root:1"})
    [uuid] = enqueue(engine_db, "conflict", "c", 3)
    engine_db.wait_jobs()
    assert engine_db.query(
        "SELECT attempt, retry FROM queue_job WHERE uuid = %s", (uuid,)
    ) == [(1, 1)]
    assert effects(engine_db, "c") == 1
    assert server.errors == []


def test_a_job_may_commit_as_often_as_it_likes(engine_db, odoo_server):
    odoo_server(engine_db, queue_job={"channels": "root:1"})
    enqueue(engine_db, "commit_often", "commits", 100)
    engine_db.wait_jobs()
    assert effects(engine_db, "commits") == 100
    assert engine_db.value("SELECT count(*) FROM test_queue_run WHERE key = 'commits'") == 1


def test_capacity_and_priority(engine_db, odoo_server):
    urgent = enqueue(engine_db, "write_effect", "later", 0.2, times=4)
    urgent = enqueue(engine_db, "write_effect", "urgent", 0.2, options={"priority": 1}, times=4)
    assert urgent
    odoo_server(engine_db, queue_job={"channels": "root:2", "job_workers": 4})
    engine_db.wait_jobs()
    # Of two intervals that overlap, one begins within the other.
    most = engine_db.value(
        """
        SELECT max((SELECT count(*) FROM test_queue_run b
                     WHERE b.began <= a.began AND b.ended > a.began))
          FROM test_queue_run a
        """
    )
    assert most == 2
    assert engine_db.query(
        "SELECT key FROM test_queue_run ORDER BY began, id LIMIT 4"
    ) == [("urgent",)] * 4


def test_stopped_server_gives_jobs_back(engine_db, odoo_server):
    server = odoo_server(engine_db, workers=2, queue_job={"channels": "root:2", "stop_grace": 1})
    enqueue(engine_db, "write_effect", "long", 60, times=2)
    engine_db.wait("SELECT count(*) = 2 FROM queue_job WHERE state = 'started'")
    engine_db.wait("SELECT count(*) = 2 FROM test_queue_run")
    assert server.stop() == 0
    assert engine_db.query(
        "SELECT state, attempt, crashes, run_token FROM queue_job"
    ) == [("pending", 0, 0, None)] * 2
    assert effects(engine_db, "long") == 0

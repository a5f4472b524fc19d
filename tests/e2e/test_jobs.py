# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs on real servers: from ``with_delay()`` to the effect, and every other end."""

import pytest
from engine import ADDON, effects, enqueue, forget, function, serving
from harness import overload


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(0, id="threaded", marks=pytest.mark.slow),
        pytest.param(2, id="prefork"),
    ],
)
def shared(request, environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    with serving(
        environment, template_db, folder, workers=request.param, channels="root:2"
    ) as running:
        yield running


@pytest.fixture
def running(shared):
    database, server = shared
    forget(database)
    before = len(server.errors)
    return database, server, lambda: server.errors[before:]


def test_a_job_runs_in_a_process_of_its_own(running):
    database, server, errors = running
    [uuid] = enqueue(server, "write_effect", "one")
    database.wait_jobs()
    [row] = database.query(
        """
        SELECT result, attempt, retry, run_token, runner_id, worker_pid, exec_time > 0,
               date_done >= date_started
          FROM queue_job WHERE uuid = %s
        """,
        (uuid,),
    )
    assert row[:5] == ("one", 1, 1, None, None)
    assert row[6:] == (True, True)
    pid = database.value("SELECT value FROM test_queue_effect WHERE key = 'one'")
    assert int(pid) == row[5] != server.pid
    assert errors() == []


def test_a_commit_wakes_the_runner(running):
    database, server, _errors = running
    enqueue(server, "do_nothing")
    database.wait_jobs()
    enqueue(server, "do_nothing", times=5)
    database.wait_jobs()
    # Polling would take a minute.
    assert database.value(
        "SELECT max(extract(epoch FROM date_enqueued - date_created)) < 5 FROM queue_job"
    )


def test_channels_that_nobody_has_declared(running):
    database, server, errors = running
    for number in range(3):
        # Each at another moment of the runner's looks.
        enqueue(server, "do_nothing")
        enqueue(server, "do_nothing", options={"channel": f"root.new{number}.one"})
        database.wait_jobs(timeout=20)
    assert database.query(
        "SELECT complete_name, is_limited FROM queue_job_channel"
        " WHERE complete_name LIKE 'root.new0%%' ORDER BY 1"
    ) == [("root.new0", False), ("root.new0.one", False)]
    assert errors() == []


def test_every_other_end(running):
    database, server, errors = running
    function(database, "fail", on_fail_method="on_fail")
    [failed] = enqueue(server, "fail", "no luck")
    [nothing] = enqueue(server, "nothing_to_do")
    [exhausted] = enqueue(server, "retry", 1, options={"max_retries": 2})
    [late] = enqueue(server, "retry_before_commit", options={"max_retries": 2})
    database.wait_jobs(settled=("done", "failed"))
    state = "SELECT state, exc_name, exc_message, result, retry FROM queue_job WHERE uuid = %s"
    assert database.query(state, (failed,)) == [("failed", "ValueError", "no luck", None, 1)]
    assert "Traceback" in database.value("SELECT exc_info FROM queue_job WHERE uuid=%s", (failed,))
    assert database.query(state, (nothing,)) == [("done", None, None, "all is well already", 1)]
    for uuid in (exhausted, late):
        [(end, name, message, _result, retry)] = database.query(state, (uuid,))
        assert (end, retry) == ("failed", 2)
        assert name == "odoo.addons.queue_job.exception.FailedJobError"
        assert "Max. retries (2) reached" in message
    # What they did before is undone, what was to be done on failure is done.
    assert effects(database, "failed") == effects(database, "nothing") == 0
    assert (
        database.wait("SELECT value FROM test_queue_effect WHERE key = 'on_fail'")
        == "ValueError: no luck"
    )
    assert database.query(
        "SELECT j.uuid, a.number, a.outcome FROM queue_job_attempt a"
        " JOIN queue_job j ON j.id = a.job_id ORDER BY j.id, a.number"
    ) == [
        (failed, 1, "failed"),
        *((uuid, *end) for uuid in (exhausted, late) for end in ((1, "retry"), (2, "failed"))),
    ]
    assert len(errors()) == 3


def test_a_retry_waits_for_its_time(running):
    database, server, errors = running
    [uuid] = enqueue(server, "retry", 1, succeed_at=2)
    database.wait_jobs()
    [(retry, result, waited)] = database.query(
        """
        SELECT j.retry, j.result, extract(epoch FROM j.date_started - a.date_end)
          FROM queue_job j JOIN queue_job_attempt a ON a.job_id = j.id AND a.number = 1
         WHERE j.uuid = %s
        """,
        (uuid,),
    )
    assert (retry, result) == (2, "tried 2 times")
    assert 0.95 < waited < 10
    assert errors() == []


def test_conflicts_are_tried_again_at_once_and_count_for_nothing(running):
    database, server, errors = running
    [uuid] = enqueue(server, "conflict", "c", 3)
    database.wait_jobs()
    assert database.query("SELECT attempt, retry FROM queue_job WHERE uuid = %s", (uuid,)) == [
        (1, 1)
    ]
    assert effects(database, "c") == 1
    assert errors() == []


def test_a_job_may_commit_as_often_as_it_likes(running):
    database, server, errors = running
    enqueue(server, "commit_often", "commits", 100)
    database.wait_jobs()
    assert effects(database, "commits") == 100
    assert database.value("SELECT count(*) FROM test_queue_run WHERE key = 'commits'") == 1
    assert errors() == []


@pytest.mark.alone
@pytest.mark.parametrize(
    "method",
    ["loop_in_python", "sleep_in_sql", "sleep_in_c", "wait_for_socket", "swallow_everything"],
)
def test_a_job_over_its_limit_is_stopped(running, method):
    database, server, errors = running
    [uuid] = enqueue(server, method, 60, options={"timeout": 1})
    [behind] = enqueue(server, "do_nothing", options={"priority": 99})
    database.wait_jobs(settled=("done", "failed"))
    [(state, exc_name, message, seconds)] = database.query(
        "SELECT state, exc_name, exc_message, exec_time FROM queue_job WHERE uuid = %s", (uuid,)
    )
    assert (state, exc_name) == ("failed", "odoo.addons.queue_job.exception.JobTimeout")
    assert "longer than its limit of 1 s" in message
    # The slot is free within two seconds of the limit.
    assert 1 <= seconds < 1 + 2 * overload()
    assert database.query("SELECT outcome FROM queue_job_attempt") == [("timeout",)]
    assert database.value("SELECT state FROM queue_job WHERE uuid = %s", (behind,)) == "done"
    # Nor does the statement go on in the database.
    database.wait(
        "SELECT count(*) = 0 FROM pg_stat_activity"
        " WHERE query LIKE '%%pg_sleep%%' AND pid <> pg_backend_pid()"
        " AND datname = current_database()"
    )
    assert errors()


def test_a_function_has_a_limit_and_may_ask_for_a_retry(running):
    database, server, _errors = running
    function(database, "sleep_in_c", time_limit=1, retry_on_timeout=True)
    [uuid] = enqueue(server, "sleep_in_c", 60, options={"max_retries": 2})
    database.wait("SELECT count(*) > 0 FROM queue_job_attempt WHERE outcome = 'timeout'")
    [(state, eta)] = database.query(
        "SELECT state, eta > date_created FROM queue_job WHERE uuid = %s", (uuid,)
    )
    assert (state, eta) == ("pending", True)
    # Its next try is its last one.
    database.query("UPDATE queue_job SET eta = NULL, is_due = true")
    # Nobody hears of what is done by hand; of this they do.
    enqueue(server, "do_nothing")
    database.wait_jobs(settled=("failed", "done"))
    assert database.query("SELECT exc_name, retry FROM queue_job WHERE uuid = %s", (uuid,)) == [
        ("odoo.addons.queue_job.exception.JobTimeout", 2)
    ]
    forget(database)
    database.query("INSERT INTO orm_signaling_registry DEFAULT VALUES")


def test_cancelling_a_running_job(running):
    database, server, _errors = running
    [uuid] = enqueue(server, "sleep_in_c", 60)
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    server.rpc("queue.job", "button_cancelled", [job_id])
    database.wait_jobs(settled=("cancelled",))
    assert database.query(
        "SELECT run_token, date_cancelled IS NOT NULL FROM queue_job WHERE uuid = %s", (uuid,)
    ) == [(None, True)]
    database.wait("SELECT count(*) = 0 FROM queue_job_command")


@pytest.mark.slow
def test_jobs_enqueued_before_the_server_starts(new_database, odoo_server):
    database = new_database(ADDON)
    enqueue(database, "write_effect", "later", 0.2, times=4)
    enqueue(database, "write_effect", "urgent", 0.2, options={"priority": 1}, times=4)
    server = odoo_server(database, queue_job={"channels": "root:2", "job_workers": 4})
    database.wait_jobs()
    # Capacity: of two intervals that overlap, one begins within the other.
    assert (
        database.value(
            """
            SELECT max((SELECT count(*) FROM test_queue_run b
                         WHERE b.began <= a.began AND b.ended > a.began))
              FROM test_queue_run a
            """
        )
        == 2
    )
    # Priority.
    assert (
        database.query("SELECT key FROM test_queue_run ORDER BY began, id LIMIT 4")
        == [("urgent",)] * 4
    )
    assert server.stop() == 0
    assert server.processes() == []
    assert server.errors == []
    assert database.value("SELECT count(*) FROM queue_job_runner") == 0


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2], ids=["threaded", "prefork"])
def test_stopped_server_gives_jobs_back(new_database, odoo_server, workers):
    database = new_database(ADDON)
    server = odoo_server(
        database, workers=workers, queue_job={"channels": "root:2", "stop_grace": 1}
    )
    enqueue(server, "write_effect", "long", 60, times=2)
    database.wait("SELECT count(*) = 2 FROM test_queue_run")
    assert server.stop() == 0
    assert (
        database.query("SELECT state, attempt, crashes, run_token FROM queue_job")
        == [("pending", 0, 0, None)] * 2
    )
    assert effects(database, "long") == 0
    assert server.errors == []


def test_what_ran_is_in_the_statistics(running):
    database, server, _errors = running
    enqueue(server, "nothing_to_do")
    enqueue(server, "fail", "no luck")
    database.wait_jobs(settled=("done", "failed"))
    # Written down every few seconds, by the minute and for ever.
    for name, end in (("nothing_to_do", "done"), ("fail", "failed")):
        database.wait(
            f"""
            SELECT count(DISTINCT grain) = 3
              FROM queue_job_statistic WHERE function LIKE %s AND {end} >= 1
            """,
            (f"<%>.{name}",),
        )

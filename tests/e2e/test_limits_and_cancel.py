# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs that are stopped, over their limit or because somebody cancels them.

That the place is free in time is tested in ``test_jobs.py``; here it is about what
people see, and about the ways of a job that can't be stopped but by a kill.
"""

import pytest
from engine import ADDON, effects, enqueue, forget, function, serving
from harness import overload

TIMEOUT = "odoo.addons.queue_job.exception.JobTimeout"
KINDS = ["loop_in_python", "sleep_in_sql", "sleep_in_c", "wait_for_socket", "swallow_everything"]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(0, id="threaded", marks=pytest.mark.slow),
        pytest.param(2, id="prefork"),
    ],
)
def shared(request, environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("limits")
    with serving(
        environment, template_db, folder, workers=request.param, channels="root:2"
    ) as running:
        yield running


@pytest.fixture
def running(shared):
    database, server = shared
    forget(database)
    return database, server


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_people_are_told_once(running, kind):
    database, server = running
    function(database, kind, on_fail_method="on_fail")
    [uuid] = enqueue(server, kind, 60, options={"timeout": 1})
    database.wait_jobs(settled=("failed",))
    assert database.query("SELECT exc_name, uuid FROM queue_job") == [(TIMEOUT, uuid)]
    told = "SELECT value FROM test_queue_effect WHERE key = 'on_fail'"
    database.wait(f"SELECT count(*) > 0 FROM ({told}) told")
    # Behind whatever may still be on its way.
    enqueue(server, "do_nothing", times=4)
    database.wait_jobs(settled=("failed", "done"))
    [(text,)] = database.query(told)
    assert text.startswith(f"{TIMEOUT}: The job ran longer than its limit of 1 s")
    assert database.query(
        """
        SELECT s.name->>'en_US', count(*) FROM mail_message m
          JOIN mail_message_subtype s ON s.id = m.subtype_id
          JOIN queue_job j ON m.model = 'queue.job' AND m.res_id = j.id
         WHERE j.uuid = %s GROUP BY 1
        """,
        (uuid,),
    ) == [("Job failed", 1)]
    followers = "SELECT count(*) FROM mail_followers WHERE res_model = 'queue.job' AND res_id = %s"
    job_id = database.value("SELECT id FROM queue_job WHERE uuid = %s", (uuid,))
    assert database.value(followers, (job_id,)) >= 1


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("kind", KINDS)
def test_cancelling_a_running_job(running, kind):
    database, server = running
    [uuid] = enqueue(server, kind, 60)
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    server.rpc("queue.job", "button_cancelled", [job_id])
    database.wait_jobs(settled=("cancelled",))
    [(end, seconds)] = database.query(
        """
        SELECT a.outcome, extract(epoch FROM j.date_cancelled - c.date)
          FROM queue_job j
          JOIN queue_job_attempt a ON a.job_id = j.id
          LEFT JOIN queue_job_command c ON c.job_id = j.id
         WHERE j.uuid = %s
        """,
        (uuid,),
    )
    assert end == "cancelled"
    # The request is forgotten by a sweep, which may have been here.
    assert seconds is None or seconds < 1 + 2 * overload()
    # Nobody is told, and nothing of it is left.
    assert database.value("SELECT count(*) FROM mail_message WHERE model = 'queue.job'") == 0
    database.wait(
        "SELECT count(*) = 0 FROM pg_stat_activity"
        " WHERE query LIKE '%%pg_sleep%%' AND pid <> pg_backend_pid()"
        " AND datname = current_database()"
    )


@pytest.mark.parametrize("kind", ["sleep_in_c", "swallow_everything"])
def test_a_retry_after_the_limit(running, kind):
    database, server = running
    function(database, kind, time_limit=1, retry_on_timeout=True)
    [uuid] = enqueue(server, kind, 60, options={"max_retries": 2})
    database.wait("SELECT count(*) > 0 FROM queue_job_attempt WHERE outcome = 'timeout'")
    retry = "SELECT state, retry, crashes, eta > date_created FROM queue_job WHERE uuid = %s"
    assert database.query(retry, (uuid,)) == [("pending", 1, 0, True)]
    database.query("UPDATE queue_job SET eta = NULL, is_due = true")
    enqueue(server, "do_nothing")
    database.wait_jobs(settled=("failed", "done"))
    assert database.query("SELECT exc_name, retry FROM queue_job WHERE uuid = %s", (uuid,)) == [
        (TIMEOUT, 2)
    ]
    assert database.query("SELECT outcome FROM queue_job_attempt ORDER BY number") == [
        ("timeout",),
        ("timeout",),
    ]


def test_a_job_that_is_done_stays_done(running):
    # Whatever fails after its commit.
    database, server = running
    server.expect_error("is done, but what had to follow its commit failed")
    [uuid] = enqueue(server, "break_after_commit", "k")
    enqueue(server, "do_nothing")
    database.wait_jobs()
    assert effects(database, "k") == 1
    assert database.query("SELECT state, crashes FROM queue_job WHERE uuid = %s", (uuid,)) == [
        ("done", 0)
    ]
    server.wait_log(f"Job {uuid} .* is done, but what had to follow its commit failed")


def test_no_transaction_is_left_open(running):
    # It would keep the next job from seeing that caches are of no use any more, and the
    # database from cleaning up.
    database, server = running
    server.expect_error("failed: ")
    enqueue(server, "retry", 100)
    enqueue(server, "fail")
    enqueue(server, "nothing_to_do")
    database.wait("SELECT count(*) = 1 FROM queue_job_attempt WHERE outcome = 'retry'")
    database.wait_jobs(settled=("pending", "failed", "done"))
    database.wait(
        """
        SELECT count(*) = 0 FROM pg_stat_activity
         WHERE datname = current_database() AND state LIKE 'idle in transaction%%'
        """,
        timeout=10,
    )


def test_jobs_that_cannot_be_loaded(running):
    database, server = running
    server.expect_error("failed: ")
    database.query("UPDATE queue_job_channel SET paused = true")
    uuids = [enqueue(server, "do_nothing")[0] for _number in range(3)]
    for uuid, change in zip(
        uuids,
        [
            "model_name = 'no.such.model'",
            "method_name = 'no_such_method'",
            "kwargs = '{\"surprise\": 1}'",
        ],
        strict=True,
    ):
        database.query(f"UPDATE queue_job SET {change} WHERE uuid = %s", (uuid,))
    [fine] = enqueue(server, "do_nothing")
    database.query("UPDATE queue_job_channel SET paused = false")
    enqueue(server, "do_nothing")
    database.wait_jobs(settled=("done", "failed"))
    rows = database.query(
        "SELECT uuid, exc_message, attempt, crashes FROM queue_job WHERE state = 'failed'"
    )
    assert {uuid for uuid, *_rest in rows} == set(uuids)
    assert all(message and (attempt, crashes) == (1, 0) for _u, message, attempt, crashes in rows)
    assert database.value("SELECT state FROM queue_job WHERE uuid = %s", (fine,)) == "done"


@pytest.mark.slow
def test_a_job_found_dead_is_told_of(new_database, odoo_server):
    database = new_database(ADDON)
    function(database, "kill_worker", on_fail_method="on_fail")
    server = odoo_server(database, queue_job={"channels": "root:1"})
    enqueue(server, "kill_worker", "k", 99)
    database.wait("SELECT count(*) = 1 FROM test_queue_effect WHERE key = 'on_fail'", timeout=60)
    [(text,)] = database.query("SELECT value FROM test_queue_effect WHERE key = 'on_fail'")
    assert text == "JobFoundDead: The process that ran this job died 3 times in a row"
    assert database.value("SELECT count(*) FROM mail_message WHERE model = 'queue.job'") == 1

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where does a running job stand, and what becomes of one that had to be killed?"""

import os
import re
import signal

import pytest
from engine import enqueue, forget, function, serving
from harness import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("where")
    with serving(environment, template_db, folder, workers=0, channels="root:2") as running:
        yield running


@pytest.fixture
def running(shared):
    database, server = shared
    yield database, server
    # Whatever still runs is stopped.
    ids = [row[0] for row in database.query("SELECT id FROM queue_job WHERE state = 'started'")]
    if ids:
        server.rpc("queue.job", "button_cancelled", ids)
        database.wait("SELECT count(*) = 0 FROM queue_job WHERE run_token IS NOT NULL")
    forget(database)


#: A minute and more for the fastest machine.
FOR_EVER = 10**12


@pytest.mark.parametrize(
    ("method", "argument", "line", "statement"),
    [
        ("sleep_in_c", 60, "time.sleep(seconds)", None),
        ("hold_everything", FOR_EVER, "sum(range(size))", None),
        ("sleep_in_sql", 60, "pg_sleep", "SELECT pg_sleep(60)"),
        ("swallow_everything", 60, "time.sleep(0.01)", None),
    ],
)
def test_where_a_job_stands(running, method, argument, line, statement):
    database, server = running
    if method == "hold_everything":
        server.expect_error("did not stop when it was told to")
    enqueue(server, method, argument)
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    assert server.rpc("queue.job", "button_where", [job_id]) is True
    [job] = server.rpc("queue.job", "read", [job_id], ["stack_text", "stack_statement", "state"])
    assert job["state"] == "started", "it goes on"
    assert job["stack_text"].startswith("Thread of the job (most recent call last):\n")
    # The job's own code, and nothing around it.
    first = job["stack_text"].splitlines()[1]
    assert re.search(rf'test_queue_effect.py|test_queue_report.py", line \d+, in {method}', first)
    assert line in job["stack_text"]
    assert "watchdog" not in job["stack_text"]
    if statement:
        assert re.fullmatch(
            rf"For \d+\.\d s, waits for Timeout PgSleep:\n{re.escape(statement)}",
            job["stack_statement"],
        )
    else:
        assert job["stack_statement"] is False
    assert database.value("SELECT count(*) FROM queue_job_command") == 0
    # It can be asked again, and the answer is a new one.
    before = database.value("SELECT date FROM queue_job_stack")
    assert server.rpc("queue.job", "button_where", [job_id]) is True
    assert database.value("SELECT date FROM queue_job_stack") > before


def test_a_process_that_is_stopped_can_not_answer(running):
    database, server = running
    enqueue(server, "sleep_in_c", 60)
    job_id, pid = wait_for(
        lambda: database.query("SELECT id, worker_pid FROM queue_job WHERE state = 'started'")
    )[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert server.rpc("queue.job", "button_where", [job_id]) is True
        text = database.value("SELECT stack FROM queue_job_stack")
        assert re.search(rf"process {pid} gave no answer within 2 s.*: T \(stopped\)", text)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_job_that_has_ended_can_not_be_asked(running):
    database, server = running
    enqueue(server, "do_nothing")
    database.wait_jobs()
    job_id = database.value("SELECT id FROM queue_job")
    action = server.rpc("queue.job", "button_where", [job_id])
    assert action["tag"] == "display_notification"


def test_a_killed_job_is_tried_again_if_its_function_says_so(running):
    database, server = running
    server.expect_error("did not stop when it was over its time limit")
    function(database, "hold_everything", retry_on_timeout=True, on_fail_method="on_fail")
    [uuid] = enqueue(server, "hold_everything", FOR_EVER, options={"timeout": 1, "max_retries": 2})
    database.wait("SELECT count(*) = 1 FROM queue_job_attempt WHERE outcome = 'timeout'")
    [(state, retry, result, waits)] = database.query(
        "SELECT state, retry, result, eta > date_created FROM queue_job WHERE uuid = %s", (uuid,)
    )
    assert (state, retry, waits) == ("pending", 1, True)
    assert "longer than its limit of 1 s and did not stop" in result
    # Its next try is its last one.
    database.query("UPDATE queue_job SET eta = NULL, is_due = true")
    enqueue(server, "do_nothing")
    database.wait_jobs(settled=("failed", "done"))
    [(exc_name, retry, exc_info)] = database.query(
        "SELECT exc_name, retry, exc_info FROM queue_job WHERE uuid = %s", (uuid,)
    )
    assert exc_name == "odoo.addons.queue_job.exception.JobTimeout"
    assert retry == 2
    # Where it stood when it was killed.
    assert "in hold_everything\n    sum(range(size))" in exc_info
    assert (
        database.wait("SELECT value FROM test_queue_effect WHERE key = 'on_fail'").partition(":")[0]
        == "odoo.addons.queue_job.exception.JobTimeout"
    )
    assert database.value("SELECT count(*) FROM test_queue_effect") == 1, "told once"


def test_followers_hear_of_a_job_that_was_found_dead(running):
    database, server = running
    function(database, "kill_worker", on_fail_method="on_fail")
    enqueue(server, "kill_worker", "k", 99)
    database.wait_jobs(settled=("failed",))
    assert database.wait("SELECT value FROM test_queue_effect WHERE key = 'on_fail'").startswith(
        "JobFoundDead: "
    )
    assert database.wait(
        "SELECT count(*) FROM mail_message m JOIN queue_job j"
        " ON m.model = 'queue.job' AND m.res_id = j.id WHERE j.exc_name = 'JobFoundDead'"
    )


def test_who_looks_on_does_not_wait_for_the_answer(running):
    """As the form of a running job does, again and again."""
    database, server = running
    enqueue(server, "sleep_in_sql", 60)
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    wait_for(lambda: server.rpc("queue.job", "look_where", [job_id]))
    database.wait("SELECT count(*) = 0 FROM queue_job_command")
    found = server.rpc("queue.job", "look_where", [job_id])
    assert "sleep_in_sql" in found["stack"]
    assert "pg_sleep" in found["statement"]
    before = found["date"]
    wait_for(lambda: server.rpc("queue.job", "look_where", [job_id])["date"] > before)
    server.rpc("queue.job", "button_cancelled", [job_id])
    database.wait("SELECT state = 'cancelled' FROM queue_job")
    assert server.rpc("queue.job", "look_where", [job_id]) is False

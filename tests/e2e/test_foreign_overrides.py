# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Another addon overrides ``write`` of queue.job: it sees how jobs end."""

import pytest
from engine import enqueue, forget, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    with serving(environment, template_db, folder, workers=0, channels="root:2") as running:
        database, server = running
        database.query(
            "INSERT INTO ir_config_parameter (key, value) VALUES ('test_queue_engine.foreign', '1')"
        )
        server.stop()
        server.start()
        yield running


@pytest.fixture
def running(shared):
    database, server = shared
    yield database, server
    forget(database)


def seen(database, method):
    """What the other addon was shown of the jobs of a method, in order."""
    rows = database.query(
        "SELECT value FROM test_queue_effect WHERE key = 'foreign' AND value LIKE %s ORDER BY id",
        (f"%({method})",),
    )
    return [value.rpartition(" ")[0] for (value,) in rows]


def test_done(running):
    database, server = running
    enqueue(server, "write_effect", "one")
    database.wait_jobs()
    assert seen(database, "write_effect") == ["started -> done"]
    assert database.query("SELECT result, retry, run_token FROM queue_job") == [("one", 1, None)]


def test_nothing_to_do(running):
    database, server = running
    enqueue(server, "nothing_to_do")
    database.wait_jobs()
    assert seen(database, "nothing_to_do") == ["started -> done"]
    assert database.value("SELECT result FROM queue_job") == "all is well already"


def test_failed_and_its_followers_are_told_once(running):
    database, server = running
    server.expect_error("failed: no luck")
    enqueue(server, "fail", "no luck")
    database.wait_jobs(settled=("failed",))
    assert seen(database, "fail") == ["started -> failed"]
    assert database.query("SELECT outcome, exc_message FROM queue_job_attempt") == [
        ("failed", "no luck")
    ]
    assert database.wait("SELECT count(*) FROM mail_message WHERE model = 'queue.job'") == 1


def test_a_retry_is_no_end(running):
    database, server = running
    enqueue(server, "retry", 0, succeed_at=2)
    database.wait_jobs()
    assert seen(database, "retry") == ["started -> done"]


# An interrupted job has a second to tell its end itself; then its process is killed.
@pytest.mark.alone
def test_over_its_limit(running):
    database, server = running
    server.expect_error("ran longer than its limit")
    enqueue(server, "sleep_in_c", 60, options={"timeout": 1})
    database.wait_jobs(settled=("failed",))
    assert seen(database, "sleep_in_c") == ["started -> failed"]


@pytest.mark.alone
def test_cancelled_while_it_runs(running):
    database, server = running
    enqueue(server, "sleep_in_c", 60)
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    server.rpc("queue.job", "button_cancelled", [job_id])
    database.wait_jobs(settled=("cancelled",))
    assert seen(database, "sleep_in_c") == ["started -> cancelled"]


def test_what_the_runner_had_to_settle_is_shown_afterwards(running):
    database, server = running
    enqueue(server, "kill_worker", "k", 99)
    database.wait_jobs(settled=("failed",))
    assert database.wait("SELECT value FROM test_queue_effect WHERE key = 'foreign'").startswith(
        "failed -> failed"
    )


def test_an_error_of_the_other_addon_does_not_stop_the_engine(running):
    database, server = running
    server.expect_error("failed: it does not work")
    server.expect_error("is written past other addons, as they raised an error")
    enqueue(server, "refuse_to_fail")
    database.wait_jobs(settled=("failed",))
    assert seen(database, "refuse_to_fail") == [], "rolled back with its error"
    assert database.query("SELECT exc_message, crashes, attempt FROM queue_job") == [
        ("it does not work", 0, 1)
    ]

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What running jobs tell: progress, log lines, checkpoints."""

import pytest
from engine import effects, enqueue, forget, serving


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    with serving(environment, template_db, folder, workers=0, channels="root:2") as running:
        yield running


@pytest.fixture
def running(shared):
    database, server = shared
    forget(database)
    return database, server


def test_progress_is_seen_while_the_job_runs(running, tmp_path):
    database, server = running
    go = tmp_path / "go"
    [uuid] = enqueue(server, "report_progress", 1000, str(go))
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    database.wait("SELECT done = 500 FROM queue_job_progress")
    [seen] = server.rpc(
        "queue.job",
        "read",
        [job_id],
        ["has_progress", "progress", "progress_done", "progress_total", "progress_message"],
    )
    assert seen == {
        "id": job_id,
        "has_progress": True,
        "progress": 50.0,
        "progress_done": 500.0,
        "progress_total": 1000.0,
        "progress_message": "unit 500, password=******",
    }
    go.touch()
    database.wait_jobs()
    # The last value is kept, and the job's row was written by nobody but itself.
    assert database.query("SELECT job_id, done, attempt FROM queue_job_progress") == [
        (job_id, 1000.0, 1)
    ]
    assert database.value("SELECT retry FROM queue_job WHERE uuid = %s", (uuid,)) == 1
    # It goes with the job.
    forget(database)
    assert database.value("SELECT count(*) FROM queue_job_progress") == 0


def test_progress_is_written_seldom(running):
    database, server = running
    before = database.value(
        "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'queue_job_progress'"
    )
    enqueue(server, "report_progress", 20_000)
    database.wait_jobs()
    assert database.value("SELECT done FROM queue_job_progress") == 20_000
    database.wait(
        "SELECT n_tup_ins + n_tup_upd > %s FROM pg_stat_user_tables"
        " WHERE relname = 'queue_job_progress'",
        (before,),
    )
    seconds = database.value("SELECT exec_time FROM queue_job")
    writes = (
        database.value(
            "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables"
            " WHERE relname = 'queue_job_progress'"
        )
        - before
    )
    # The first and the last one are written at once.
    assert writes <= 2 * seconds + 2


def test_a_killed_job_goes_on_from_its_checkpoint(running):
    database, server = running
    [uuid] = enqueue(server, "import_pages", 6, kill_at=4)
    database.wait_jobs()
    assert database.query("SELECT value FROM test_queue_effect ORDER BY id") == [
        *((f"{page} in run 1",) for page in (1, 2, 3)),
        *((f"{page} in run 2",) for page in (4, 5, 6)),
    ]
    assert database.query("SELECT result, attempt FROM queue_job WHERE uuid = %s", (uuid,)) == [
        ("from 4", 2)
    ]
    # Who runs it again wants all of it.
    assert database.value("SELECT count(*) FROM queue_job_checkpoint") == 0


def test_log_lines_are_seen_while_the_job_runs(running, tmp_path):
    database, server = running
    go = tmp_path / "go"
    [uuid] = enqueue(server, "talk", 3, str(go))
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    database.wait("SELECT count(*) = 2 FROM queue_job_log")
    lines = server.rpc(
        "queue.job.log",
        "search_read",
        [("job_id", "=", job_id)],
        ["number", "level", "logger", "message", "attempt"],
    )
    assert [(line["number"], line["message"]) for line in lines] == [
        (2, "line 2, api_key=******"),
        (1, "line 1, api_key=******"),
    ]
    assert lines[0]["level"] == "INFO"
    assert lines[0]["logger"] == "odoo.addons.test_queue_engine.models.test_queue_report"
    assert lines[0]["attempt"] == 1
    go.touch()
    database.wait_jobs()
    assert database.query("SELECT number FROM queue_job_log ORDER BY id") == [(1,), (2,), (3,)]
    # The server's own log says which job it was, and of which database.
    server.wait_log(
        rf"INFO {database.name} odoo\.addons\.test_queue_engine\S+: "
        rf"\[job {uuid} test\.queue\.effect\.talk\] line 3, "
    )


def test_log_lines_stay_when_the_job_fails(running):
    database, server = running
    server.expect_error("with its traceback")
    server.expect_error("failed: after talking")
    enqueue(server, "talk", 1, fail=True)
    database.wait_jobs(settled=("failed",))
    lines = database.query("SELECT level, message FROM queue_job_log ORDER BY id")
    assert lines[0] == ("INFO", "line 1, api_key=******")
    level, message = lines[1]
    assert level == "ERROR"
    assert message.startswith("with its traceback\nTraceback (most recent call last)")
    assert message.endswith("KeyError: 'inner'")
    assert len(lines) == 2


def test_the_last_lines_of_a_talkative_job_are_kept(running):
    database, server = running
    enqueue(server, "talk", 1000)
    enqueue(server, "do_nothing")
    database.wait_jobs()
    assert database.query("SELECT min(number), max(number), count(*) FROM queue_job_log") == [
        (801, 1000, 200)
    ]


def test_a_job_that_says_nothing_writes_nothing(running):
    database, server = running
    enqueue(server, "do_nothing", times=5)
    enqueue(server, "write_effect", "quiet")
    database.wait_jobs()
    assert effects(database, "quiet") == 1
    for table in ("queue_job_log", "queue_job_progress", "queue_job_checkpoint"):
        assert database.value(f"SELECT count(*) FROM {table}") == 0


def test_a_job_that_locks_the_table_of_jobs_does_not_wait_for_itself(running):
    database, server = running
    # Were it to wait for its own lock, nothing but its limit would end it.
    enqueue(server, "lock_jobs", options={"timeout": 20})
    database.wait_jobs()
    assert database.value("SELECT count(*) FROM queue_job_progress") == 0

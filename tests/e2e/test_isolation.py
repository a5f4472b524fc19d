# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One job, one database, one worker in trouble is no trouble for the others."""

import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue, forget, serving


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("isolation")
    with serving(environment, template_db, folder, workers=0, channels="root:1") as running:
        yield running


@pytest.fixture
def running(shared):
    forget(shared[0])
    return shared


def test_what_is_left_to_compute_is_computed_as_the_jobs_user(running):
    database, server = running
    # One worker, and so one cursor, for both: the first job is a superuser's.
    enqueue(database, "leave_to_compute", "first")
    database.wait_jobs()
    enqueue(server, "leave_to_compute", "second")
    database.wait_jobs()
    rows = dict(database.query("SELECT key, computed_as FROM test_queue_effect"))
    assert rows == {"first": "1 True", "second": "2 False"}


def test_a_broken_transaction_is_settled_on_a_clean_connection(running):
    database, server = running
    [broken] = enqueue(server, "break_transaction")
    [behind] = enqueue(server, "do_nothing")
    database.wait_jobs(settled=("done", "failed"))
    rows = {
        uuid: rest
        for uuid, *rest in database.query(
            "SELECT uuid, state, exc_name, attempt, run_token FROM queue_job"
        )
    }
    assert rows[broken] == ["failed", "psycopg2.errors.DivisionByZero", 1, None]
    assert rows[behind][0] == "done"
    assert effects(database, "broken") == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("model_name = 'gone.model'", "gone.model"),
        ("method_name = 'gone_method'", "gone_method"),
        ("user_id = NULL", "user"),
        ('args = \'[{"_type": "odoo_recordset", "model": "gone.too"}]\'', "gone.too"),
    ],
)
def test_a_job_that_can_not_be_loaded_fails_and_blocks_nobody(running, change, says):
    database, server = running
    # Later, so that it can be spoilt before it is looked at.
    [poison] = enqueue(server, "do_nothing", options={"eta": 3600, "priority": 1})
    database.query(f"UPDATE queue_job SET {change}, eta = NULL, is_due = true")
    [behind] = enqueue(server, "do_nothing")
    database.wait_jobs(settled=("done", "failed"))
    rows = {
        uuid: rest
        for uuid, *rest in database.query(
            "SELECT uuid, state, exc_name, exc_message, attempt, crashes FROM queue_job"
        )
    }
    state, exc_name, message, attempt, crashes = rows[poison]
    assert (state, attempt, crashes) == ("failed", 1, 0)
    assert exc_name == "odoo.addons.queue_job.exception.NotReadableJobError"
    assert says in message
    assert rows[behind][0] == "done"


@pytest.mark.slow
def test_workers_over_their_memory_limit_are_replaced_between_jobs(new_database, odoo_server):
    database = new_database(ADDON)
    enqueue(database, "write_effect", "fat", times=4)
    # By the command that runs jobs alone: Odoo's own server restarts at such a limit.
    odoo_server(
        database,
        command="queue_job",
        wait=False,
        options={"limit_memory_soft": 1 << 20},
        queue_job={"channels": "root:1"},
    )
    database.wait_jobs()
    assert effects(database, "fat") == 4
    assert database.value(NO_OVERLAP)
    assert database.query("SELECT attempt, crashes FROM queue_job") == [(1, 0)] * 4
    # Each ran in a process of its own, and none was run again.
    assert database.value("SELECT count(DISTINCT pid) FROM test_queue_run") == 4


@pytest.mark.slow
def test_a_broken_database_stops_no_other(new_database, odoo_server):
    broken, sound = new_database(ADDON), new_database(ADDON)
    server = odoo_server([broken, sound], queue_job={"channels": "root:2"})
    for database in (broken, sound):
        enqueue(database, "do_nothing")
        database.wait_jobs()
    broken.query("ALTER TABLE queue_job_channel RENAME TO queue_job_channel_lost")
    enqueue(broken, "do_nothing")
    server.wait_log("This database is left alone for")
    enqueue(sound, "write_effect", "sound", times=3)
    sound.wait_jobs()
    assert effects(sound, "sound") == 3
    broken.query("ALTER TABLE queue_job_channel_lost RENAME TO queue_job_channel")
    broken.wait_jobs(timeout=60)


@pytest.mark.slow
def test_two_broken_databases_stop_no_third(new_database, odoo_server):
    """One whose module can't be found on the disk, one that refuses connections."""
    missing, refusing, sound = (new_database(ADDON) for _number in range(3))
    server = odoo_server([missing, refusing, sound], queue_job={"channels": "root:2"})
    # Odoo itself complains of both, in users' requests and in its own.
    server.expect_error(".*")
    sound.wait("SELECT count(*) = 1 FROM queue_job_runner", timeout=90)
    missing.query(
        "INSERT INTO ir_module_module (name, state, latest_version)"
        " VALUES ('gone_from_disk', 'installed', '19.0.1.0.0')"
    )
    # What was loaded before does not count.
    missing.query("INSERT INTO orm_signaling_registry DEFAULT VALUES")
    refusing.query(f"ALTER DATABASE {refusing.name} CONNECTION LIMIT 0")
    position = len(server.log)
    sound.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        " AND usename = current_user AND application_name LIKE 'odoo-%%'",
        (refusing.name,),
    )
    server.wait_log(rf"{refusing.name}.*too many connections", start=position, timeout=90)
    enqueue(sound, "write_effect", "sound", 0.01, times=20)
    enqueue(missing, "write_effect", "missing")
    sound.wait_jobs(timeout=90)
    assert effects(sound, "sound") == 20
    # Whatever Odoo makes of a module without code, it is no reason to stand still.
    missing.wait_jobs(timeout=90)
    sound.query(f"ALTER DATABASE {refusing.name} CONNECTION LIMIT -1")
    enqueue(refusing, "write_effect", "back")
    refusing.wait_jobs(timeout=120)
    assert effects(refusing, "back") == 1

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs run by scheduled actions, on a server that starts no processes for them."""

import pytest
from engine import effects, enqueue, forget, serving
from harness import wait_for

pytestmark = pytest.mark.slow

ENDED = "SELECT count(*) FROM queue_job WHERE state IN ('done', 'failed', 'cancelled')"


def activate(database, copies=1):
    """Have so many scheduled actions run jobs."""
    database.run(
        "action = env.ref('queue_job.cron_run_jobs'); action.active = True\n"
        "for _number in range(copies - 1): action.copy().active = True\n"
        "env['ir.cron'].search([('id', '!=', action.id), ('code', 'not ilike', '_run_by_cron')])"
        ".active = False",
        copies=copies,
    )


def state(database, uuid):
    return database.query(
        "SELECT state, attempt, exc_name FROM queue_job WHERE uuid = %s", (uuid,)
    )[0]


def wait_state(database, uuid, wanted, timeout=120):
    wait_for(
        lambda: state(database, uuid)[0] == wanted,
        timeout=timeout,
        message=lambda: f"{wanted}, not {state(database, uuid)}",
    )


@pytest.fixture(scope="module", params=[0, 2], ids=["threaded", "prefork"])
def served(environment, template_db, tmp_path_factory, request):
    """A database and a server whose two cron workers run its jobs."""
    with serving(
        environment,
        template_db,
        tmp_path_factory.mktemp("cron"),
        workers=request.param,
        options={"max_cron_threads": 2, "limit_time_real": 120},
        driver="cron",
        stop_grace=1,
        prepare=lambda database: activate(database, copies=2),
        channels="root.one:1",
    ) as (database, server):
        yield database, server


@pytest.fixture
def cron(served):
    database, server = served
    forget(database)
    return database, server


def test_jobs_run_and_limits_hold(cron):
    database, server = cron
    enqueue(server, "write_effect", "a", times=30)
    enqueue(server, "write_effect", "b", 0.05, options={"channel": "root.one"}, times=10)
    [failed] = enqueue(server, "fail", "so it is")
    [dead] = enqueue(server, "do_nothing")
    wait_for(lambda: database.value(ENDED) == 42, timeout=180, message="42 jobs ended")
    assert effects(database, "a") == 30
    assert effects(database, "b") == 10
    assert state(database, failed) == ("failed", 1, "ValueError")
    assert state(database, dead)[0] == "done"
    overlaps = database.value(
        "SELECT count(*) FROM test_queue_run a JOIN test_queue_run b"
        " ON a.key = 'b' AND b.key = 'b' AND a.id < b.id AND a.ended > b.began"
    )
    assert overlaps == 0
    # No process of ours, and nothing left of the scheduled actions' runs.
    assert not [p for p in server.processes() if "job worker" in " ".join(p.cmdline())]
    wait_for(
        lambda: not database.value("SELECT count(*) FROM queue_job_runner"),
        timeout=60,
        message="scheduled actions that have ended",
    )


def test_a_running_job_tells_where_it_stands_and_is_cancelled(cron):
    database, server = cron
    [uuid] = enqueue(server, "loop_in_python", 60)
    wait_state(database, uuid, "started")
    job_id = database.value("SELECT id FROM queue_job WHERE uuid = %s", (uuid,))
    database.query(
        "INSERT INTO queue_job_command (job_id, command, date) VALUES (%s, 'stack', now())",
        (job_id,),
    )
    text = wait_for(
        lambda: database.value(
            "SELECT max(stack) FROM queue_job_stack WHERE job_id = %s", (job_id,)
        ),
        timeout=60,
        message="an answer",
    )
    assert "loop_in_python" in text
    assert database.value("SELECT max(kind) FROM queue_job_runner") == "cron"
    server.rpc("queue.job", "button_cancelled", [job_id])
    wait_state(database, uuid, "cancelled")


def test_time_limits_in_python_and_sql(cron):
    database, server = cron
    [python] = enqueue(server, "loop_in_python", 60, options={"timeout": 1})
    [sql] = enqueue(server, "sleep_in_sql", 60, options={"timeout": 1})
    for uuid in (python, sql):
        wait_state(database, uuid, "failed")
        assert state(database, uuid)[2] == "odoo.addons.queue_job.exception.JobTimeout"
    # The threads go on.
    enqueue(server, "write_effect", "after")
    wait_for(lambda: effects(database, "after") == 1, timeout=60)


def test_a_clean_stop_gives_the_job_back(cron):
    database, server = cron
    # Prefork servers let cron workers finish what they do.
    seconds = 3 if "workers = 2" in server.config_path.read_text() else 100
    [uuid] = enqueue(server, "loop_in_python", seconds)
    wait_state(database, uuid, "started")
    assert server.stop() == 0
    assert state(database, uuid)[:2] == (("done", 1) if seconds == 3 else ("pending", 0))
    assert not database.value("SELECT count(*) FROM queue_job_runner")

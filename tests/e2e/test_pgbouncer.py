# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs where Odoo reaches PostgreSQL through PgBouncer in transaction mode."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue
from harness import Database, wait_for
from harness.pgbouncer import pgbouncer

from devtools import poolers
from devtools.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not poolers.can_be_had(Workspace()), reason="needs PgBouncer or a Debian archive"
    ),
]

TIMEOUT = "odoo.addons.queue_job.exception.JobTimeout"


@pytest.fixture(scope="module")
def bouncer(cluster):
    with pgbouncer(cluster) as reached:
        yield reached


@pytest.mark.parametrize("is_direct", [True, False], ids=["direct", "polling"])
def test_jobs_behind_a_bouncer(new_database, odoo_server, environment, bouncer, is_direct):
    """Every kind of end, with the runner's own way to the database and without one."""
    database = new_database(ADDON)
    settings = {"channels": "root:2", "job_workers": 2}
    if is_direct:
        settings["host"] = environment.postgres.host
        settings["port"] = environment.postgres.port
    server = odoo_server(
        database,
        queue_job=settings,
        environment=dataclasses.replace(environment, postgres=bouncer),
    )
    server.expect_error("longer than its limit|did not stop|it does not work|bad query")
    if not is_direct:
        server.wait_log("can't listen for new jobs .*a pooler stands before it", timeout=60)
    # Packs, and commits inside of jobs that move from one session to the next.
    enqueue(server, "do_nothing", times=200)
    enqueue(server, "write_effect", "many", 0.01, times=40)
    enqueue(server, "commit_often", "commits", 50)
    [retried] = enqueue(server, "retry", 1, succeed_at=2)
    enqueue(server, "conflict", "conflict", 2)
    enqueue(server, "nothing_to_do")
    database.wait_jobs(timeout=90)
    assert effects(database, "many") == 40
    assert effects(database, "commits") == 50
    assert effects(database, "conflict") == 1
    assert database.value("SELECT retry FROM queue_job WHERE uuid = %s", (retried,)) == 2
    # Limits: the statement is cancelled through the bouncer.
    [slept] = enqueue(server, "sleep_in_sql", 60, options={"timeout": 1})
    [swallowed] = enqueue(server, "swallow_everything", 60, options={"timeout": 1})
    [failed] = enqueue(server, "fail")
    database.wait_jobs(settled=("done", "failed"))
    names = dict(database.query("SELECT uuid, exc_name FROM queue_job WHERE state = 'failed'"))
    assert names == {slept: TIMEOUT, swallowed: TIMEOUT, failed: "ValueError"}
    database.wait(
        "SELECT count(*) = 0 FROM pg_stat_activity"
        " WHERE query LIKE '%%pg_sleep(%%' AND state = 'active' AND pid <> pg_backend_pid()"
        " AND datname = current_database()"
    )
    # Cancelling one that runs.
    enqueue(server, "sleep_in_c", 60)
    job_id = database.wait("SELECT id FROM queue_job WHERE state = 'started'")
    server.rpc("queue.job", "button_cancelled", [job_id])
    database.wait("SELECT state = 'cancelled' FROM queue_job WHERE id = %s", (job_id,))
    assert database.value(NO_OVERLAP)
    assert database.value("SELECT max(crashes) FROM queue_job") == 0
    if is_direct:
        assert "can't listen" not in server.log
    # The claim that was prepared on one session is none that another one misses.
    assert "prepared statement" not in server.log


GRAPH = """
records = env["test.queue.effect"]
from odoo.addons.queue_job.delay import chain, group
chain(
    group(*(records.delayable().write_effect("parents") for _number in range(20))),
    group(*(records.delayable().write_effect("children") for _number in range(20))),
    records.delayable().write_effect("last"),
).delay()
failing = records.delayable().fail("it does not work")
failing.on_done(records.delayable().write_effect("never"))
failing.delay()
"""


def test_graphs_and_keys_behind_a_bouncer(new_database, odoo_server, environment, bouncer):
    """What is locked and taken at the end of a transaction needs no session of its own."""
    database = new_database(ADDON)
    behind = dataclasses.replace(environment, postgres=bouncer)
    server = odoo_server(
        database, queue_job={"channels": "root:2", "job_workers": 2}, environment=behind
    )
    server.expect_error("it does not work")
    pooled = Database(behind, database.name)
    pooled.run(GRAPH)
    # One job more than those above is done: the barrier between the two groups.
    expected = {"done": 42, "failed": 1, "wait_dependencies": 1}
    wait_for(
        lambda: database.job_states() == expected,
        timeout=180,
        message=lambda: f"{expected}, not {database.job_states()}",
    )
    # Nobody began before all those in front of it had ended.
    began = "SELECT min(began) FROM test_queue_run WHERE key = %s"
    ended = "SELECT max(ended) FROM test_queue_run WHERE key = %s"
    for first, second, count in (("parents", "children", 20), ("children", "last", 1)):
        assert database.value(ended, (first,)) <= database.value(began, (second,))
        assert effects(database, second) == count
    # Many at once with one key: one waits, the others are told so, nobody gets an error.
    options = {"identity_key": "twin", "eta": 3600}
    with ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(enqueue, server, "write_effect", "twin", options=options, times=5)
            for _number in range(8)
        ]
        uuids = {uuid for call in calls for uuid in call.result()}
    [(uuid,)] = database.query("SELECT uuid FROM queue_job WHERE identity_key = 'twin'")
    assert uuid in uuids

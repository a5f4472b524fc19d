# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A database of OCA's queue_job, with jobs in every state, upgraded in place.

It is made with the published addon, which the package index gives and nobody reads: first its
own server runs some jobs and is killed in the middle of one, then the other states are added.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from harness import Database, OdooServer, wait_for
from older_database import BEFORE, Old, make

from devtools import databases, manifests
from devtools.environment import ROOT, Environment, find_addons

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def older(environment: Environment, published) -> Iterator[Environment]:
    """The set-up with the published addon instead of ours."""
    unpacked = published("queue_job")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in unpacked.environ().items():
            patch.setenv(name, value)
        yield dataclasses.replace(
            environment,
            addons_from_checkout=False,
            odoo_addons=(str(unpacked.replaced), str(ROOT / "tests"), *environment.odoo_addons),
        )


@pytest.fixture(scope="module")
def old(environment, older, tmp_path_factory):
    """The database before its upgrade; for tests that leave it as it is."""
    base = databases.template(
        environment, manifests.foreign_dependencies(find_addons(examples=False))
    )
    name = f"e2e_{os.getpid()}_old"
    try:
        yield make(older, base, name, tmp_path_factory.mktemp("older"))
    finally:
        Database(older, name).drop()


@contextlib.contextmanager
def upgrade(environment, old: Old, name: str, change: str = ""):
    """A copy of the database, upgraded, before any of our servers has seen it.

    :param change: what is done before, in SQL
    """
    database = Database(environment, f"e2e_{os.getpid()}_{name}")
    old.database.disconnect()
    databases.create(environment, database.name, old.database.name)
    try:
        if change:
            database.query(change)
            database.disconnect()
        databases.install(environment, database.name, ["queue_job"], upgrade=True)
        yield Old(database, old.uuids)
    finally:
        database.drop()


@pytest.fixture(scope="module")
def upgraded(environment, old):
    """A copy of the database, upgraded."""
    with upgrade(environment, old, "upgraded") as found:
        yield found


def dump(database: Database) -> dict[str, list[tuple]]:
    """All there is of the older addon in a database."""
    tables = ("queue_job", "queue_job_channel", "queue_job_function", "queue_job_lock")
    return {
        table: database.query(f"SELECT *, xmin::text FROM {table} ORDER BY id") for table in tables
    }


def test_there_are_jobs_in_every_state(old):
    assert old.states() == BEFORE


def test_a_server_leaves_a_database_alone_that_is_not_upgraded(old, odoo_server):
    before = dump(old.database)
    server = odoo_server(old.database, queue_job={"channels": "root:2"}, workers=2)
    server.wait_log(
        rf"{old.database.name}: no jobs are run: .*: it must be upgraded in the database"
    )
    assert server.is_ready()
    server.stop()
    assert dump(old.database) == before
    assert len(server.log.split("must be upgraded in the database")) == 2, "it says so once"


def test_nothing_is_lost(old, upgraded):
    columns = "uuid, name, method_name, user_id, identity_key, date_created, args, kwargs, result"
    statement = f"SELECT id, {columns}, exc_name, exc_info, max_retries FROM queue_job ORDER BY id"
    assert upgraded.database.query(statement) == old.database.query(statement)
    expected = {**BEFORE, "pending": BEFORE["pending"] | {"enqueued", "started"}}
    assert upgraded.states() == {
        state: names for state, names in expected.items() if state not in ("enqueued", "started")
    }
    assert upgraded.job("retried", "retry, eta > now() at time zone 'UTC'") == (1, True)
    assert upgraded.job("started", "date_started, date_enqueued, worker_pid") == (None,) * 3
    assert upgraded.job("later", "is_due") == (False,)
    assert upgraded.job("due", "is_due") == (True,)
    assert upgraded.job("first_twin", "unique_key") == ("twin",)
    assert upgraded.job("second_twin", "unique_key") == (None,)
    posts = "SELECT res_id, body FROM mail_message WHERE model = 'queue.job' ORDER BY id"
    assert upgraded.database.query(posts) == old.database.query(posts) != []


def test_the_older_engine_is_gone(old, upgraded):
    engine = """
        SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'queue_job%'
        UNION SELECT 'function ' || proname FROM pg_proc
               WHERE proname LIKE 'queue_job%'
                 AND proname NOT IN ('queue_job_finish', 'queue_job_twins', 'queue_job_take_keys')
        UNION SELECT 'foreign key ' || conname FROM pg_constraint
               WHERE conrelid = 'queue_job'::regclass AND contype = 'f'
                 AND conname IN ('queue_job_user_id_fkey', 'queue_job_company_id_fkey')
        UNION SELECT 'table ' || tablename FROM pg_tables WHERE tablename = 'queue_job_lock'
        UNION SELECT 'model ' || model FROM ir_model WHERE model = 'queue.job.lock'
        UNION SELECT 'xml id ' || name FROM ir_model_data
               WHERE module = 'queue_job' AND name LIKE '%queue_job_lock%'
        UNION SELECT 'xml id ' || name FROM ir_model_data
               WHERE module = 'queue_job' AND name LIKE 'ir_cron%'
    """
    before, after = (
        {what.split(" ")[0] for (what,) in each.database.query(engine)} for each in (old, upgraded)
    )
    assert before == {"trigger", "function", "foreign", "table", "model", "xml"}
    assert after == set(), upgraded.database.query(engine)
    # The addon's record goes; somebody's that calls what is no more is switched off.
    crons = """
        SELECT action.name ->> 'en_US', cron.active
          FROM ir_cron cron JOIN ir_act_server action ON action.id = cron.ir_actions_server_id
          JOIN ir_model model ON model.id = action.model_id
         WHERE model.model = 'queue.job' AND action.code NOT LIKE '%_run_by_cron%' ORDER BY 1
    """
    assert upgraded.database.query(crons) == [("mine", False), ("other", True)]


def test_channels_and_functions_are_kept(upgraded):
    functions = upgraded.database.run(
        """
        jobs = env["queue.job"].search([("uuid", "=", failed)])
        config = env["queue.job.function"].job_config("<test.upgrade.note>.retry")
        result = {
            "channels": sorted(
                (channel.complete_name, channel.parent_id.complete_name, channel.removal_interval)
                for channel in env["queue.job.channel"].search([])
            ),
            "kept": env.ref("test_queue_upgrade.channel_kept").complete_name,
            "dotted": env.ref("test_queue_upgrade.channel_dotted").complete_name,
            "channel": config.channel,
            "pattern": [[key, value] for key, value in sorted(config.retry_pattern.items())],
            "edit": env.ref("test_queue_upgrade.function_retry").edit_retry_pattern,
            "action": jobs.open_related_action(),
        }
        """,
        failed=upgraded.uuids["failed"],
    )
    assert functions["channels"] == [
        ["root", False, 30],
        ["root.dotted", "root", 30],
        ["root.dotted.channel", "root.dotted", 30],
        ["root.kept", "root", 7],
    ]
    assert (functions["kept"], functions["dotted"]) == ("root.kept", "root.dotted.channel")
    assert functions["channel"] == "root.kept"
    assert functions["pattern"] == [[1, 3000], [2, [3100, 3200]]]
    assert "3100" in functions["edit"]
    assert functions["action"]["url"] == "/kept"


def test_old_jobs_are_read(upgraded):
    """All that views and exports show, of every job."""
    read = upgraded.database.run(
        """
        jobs = env["queue.job"].search([])
        names = list(env["queue.job"].fields_get())
        values = jobs.read(names)
        jobs.export_data(["uuid", "records", "args", "kwargs", "state"])
        graph = jobs.filtered(lambda job: job.uuid == tail)
        result = {
            "jobs": len(values),
            "parents": sorted(graph.dependency_ids.mapped("uuid")),
            "dependencies": graph.dependencies,
            "in_graph": graph.graph_jobs_count,
            "edges": len(graph.dependency_graph["edges"]),
        }
        """,
        tail=upgraded.uuids["tail"],
    )
    assert read["jobs"] == len(upgraded.uuids)
    sides = sorted(upgraded.uuids[name] for name in ("left", "right"))
    assert read["parents"] == sides
    assert sorted(read["dependencies"]["depends_on"]) == sides
    assert (read["in_graph"], read["edges"]) == (4, 4)


def test_columns_of_versions_before_odoo_18(environment, old):
    columns = {"queue_job": ("records", "args", "kwargs"), "queue_job_function": ("retry_pattern",)}
    change = ";".join(
        f"ALTER TABLE {table} ALTER {name} TYPE text USING CASE jsonb_typeof({name})"
        f" WHEN 'string' THEN {name} #>> '{{}}' ELSE {name}::text END"
        for table, names in columns.items()
        for name in names
    )
    change += "; UPDATE ir_module_module SET latest_version = '17.0.1.0.0' WHERE name = 'queue_job'"
    with upgrade(environment, old, "texts", change) as upgraded:
        assert upgraded.states()["pending"] == BEFORE["pending"] | {"enqueued", "started"}
        read = upgraded.database.run(
            """
            from odoo.addons.queue_job.job import Job
            job = Job.load(env, arguments)
            config = env["queue.job.function"].job_config("<test.upgrade.note>.retry")
            result = [job.args[1]._name, job.args[2].year, job.kwargs, config.retry_pattern[1]]
            """,
            arguments=upgraded.uuids["arguments"],
        )
        assert read == ["res.partner", 2026, {"tag": {"_type": "mine"}}, 3000]


@pytest.fixture(scope="module")
def served(environment, upgraded, tmp_path_factory):
    """The upgraded database, after our server has run all that it could."""
    server = OdooServer(
        environment,
        tmp_path_factory.mktemp("newer"),
        [upgraded.database.name],
        workers=2,
        sections={"queue_job": {"channels": "root:4"}},
    )
    # As after any copy: the queue may rightly refuse to run in a twin.
    try:
        server.start()
        waiting = {"retried", "later", "patterned", "child"}
        wait_for(
            lambda: (
                {
                    name
                    for state, names in upgraded.states().items()
                    if state not in ("done", "failed", "cancelled")
                    for name in names
                }
                == waiting
            ),
            timeout=60,
            message=lambda: f"all but {waiting} run; there is {upgraded.states()}",
        )
        yield upgraded, server
    finally:
        server.kill()


def test_what_waited_runs(served):
    upgraded, _server = served
    assert upgraded.states() == {
        "pending": {"retried", "later", "patterned"},
        "wait_dependencies": {"child"},
        "cancelled": {"cancelled"},
        "failed": {"failed", "parent", "no_model", "no_method", "no_user"},
        "done": {
            *("done", "over", "follower", "arguments", "su", "records", "due", "dotted", "ghost"),
            *("first_twin", "second_twin", "enqueued", "started", "head", "left", "right", "tail"),
        },
    }
    # Once each, those included that the older engine had begun.
    for key in ("done", "over", "follower", "due", "dotted", "ghost", "enqueued", "started"):
        assert len(upgraded.notes(key)) == 1, key
    assert len(upgraded.notes("twin")) == 2
    assert upgraded.notes("cancelled") == []
    order = [text.split(" | ")[2] for text in upgraded.notes("graph")]
    assert (order[0], order[3], sorted(order)) == (
        "head",
        "tail",
        ["head", "left", "right", "tail"],
    )


def test_old_arguments_are_understood(served):
    upgraded, _server = served
    [text] = upgraded.notes("arguments")
    whom, where, records, moment, day, element, nested, tag, size = text.split(" | ")
    assert (whom, size) == ("plain", "on 0")
    assert where.startswith("en_US")
    assert records.startswith("res.partner[")
    assert records.count(",") == 1
    assert (moment, day) == ("datetime 2026-01-02T03:04:05", "date 2026-01-02")
    assert element == "element <a><b/></a>"
    assert nested.startswith("[1, {x: [res.partner[")
    assert tag == "tag={_type: mine}"
    [text] = upgraded.notes("su")
    assert text.startswith("plain as superuser | ")
    assert " su | on 0" in text
    [text] = upgraded.notes("records")
    assert text.endswith("on 2")


def test_what_can_not_be_loaded_fails_with_its_reason(served):
    upgraded, _server = served
    for name, reason in (
        ("no_model", "gone.model"),
        ("no_method", "gone_method"),
        ("no_user", "user"),
    ):
        state, message = upgraded.job(name, "state, exc_message")
        assert state == "failed"
        assert reason in message


def test_a_retry_follows_the_old_pattern(served):
    upgraded, _server = served
    retry, eta, result = upgraded.job("patterned", "retry, eta, result")
    assert (retry, result) == (1, "not yet")
    left = eta - datetime.utcnow()
    assert timedelta(seconds=2900) < left <= timedelta(seconds=3000)


def test_people_go_on_with_old_jobs(served):
    upgraded, server = served
    old = {"retried", "later", "failed", "parent", "done", "cancelled"}
    uuids = [upgraded.uuids[name] for name in old]
    server.rpc("test.upgrade.note", "create", [{"key": "mended"}, {"key": "again"}])
    ids = server.rpc("queue.job", "search", [("uuid", "in", uuids)])
    server.rpc("queue.job", "write", ids, {"eta": False})
    server.rpc("queue.job", "requeue", ids)
    everything = {*old, "child"}
    wait_for(
        lambda: everything <= upgraded.states()["done"],
        message=lambda: f"requeued jobs are done; there is {upgraded.states()}",
    )
    assert len(upgraded.notes("done")) == 2
    assert len(upgraded.notes("cancelled")) == 1
    assert len(upgraded.notes("child")) == 1
    assert json.dumps(server.errors).count("Traceback") == 0

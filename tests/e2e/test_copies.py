# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Copies of a database whose jobs must not run twice."""

import subprocess

import pytest
from engine import ADDON, effects, enqueue
from harness import Database

from devtools import databases
from devtools.rpc import ask

pytestmark = pytest.mark.slow

STAMP = "SELECT count(*) = 1 FROM queue_job_database WHERE oid IS NOT NULL"


@pytest.fixture
def copies(environment):
    """A function that says that a test will make a database of that name."""
    made = []

    def make(name):
        database = Database(environment, name)
        made.append(database)
        return database

    yield make
    for database in made:
        database.drop()


def command(server, *arguments):
    """Run ``odoo queue_job`` with the configuration of a server."""
    environment = server.environment
    return subprocess.run(
        [
            environment.python,
            environment.odoo_script,
            *environment.addons_options(tests=True),
            "queue_job",
            *arguments,
            f"--config={server.config_path}",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def original(new_database, odoo_server):
    """A database whose jobs have run, and in which two more wait; no server runs."""
    database = new_database(ADDON)
    server = odoo_server(database, queue_job={"channels": "root:2"})
    enqueue(server, "do_nothing")
    database.wait_jobs()
    assert database.value(STAMP)
    database.query("UPDATE queue_job_channel SET paused = true WHERE complete_name = 'root'")
    enqueue(server, "write_effect", "copied", times=2)
    server.stop()
    database.query("UPDATE queue_job_channel SET paused = false")
    database.disconnect()
    return database


def test_jobs_of_a_copy_wait_until_it_is_adopted(environment, original, odoo_server, copies):
    copy = copies(f"{original.name}_copy")
    databases.create(environment, copy.name, original.name)
    server = odoo_server([original, copy], queue_job={"channels": "root:2"})
    original.wait_jobs()
    server.wait_log(rf"WARNING \S+ \S+: {copy.name}: no jobs are run: it is a copy .*oid")
    # It hears of new jobs, and yet leaves them alone.
    server.rpc("test.queue.effect", "enqueue", [], "write_effect", ["late"], database=copy.name)
    enqueue(server, "write_effect", "late")
    original.wait("SELECT count(*) = 1 FROM test_queue_effect WHERE key = 'late'")
    assert copy.job_states() == {"done": 1, "pending": 3}
    assert effects(copy, "copied") == 0

    check = command(server, "check")
    assert check.returncode == 1
    assert f"Database {copy.name}:\n  no jobs are run: it is a copy" in check.stdout

    adopted = command(server, "adopt", "-d", copy.name)
    assert adopted.returncode == 0, adopted.stderr
    assert "run here from now on" in adopted.stdout
    copy.wait_jobs()
    assert (effects(copy, "copied"), effects(copy, "late")) == (2, 1)
    assert effects(original, "copied") == 2
    assert server.errors == []


def test_odoos_own_duplicate_made_while_jobs_run(tenant, template_db, odoo_server):
    name = tenant.postgres.user
    original, copy = Database(tenant, f"{name}_original"), Database(tenant, f"{name}_dup")
    databases.create(tenant, original.name, template_db(ADDON))
    # All that this role owns, and so also what is made later.
    server = odoo_server(
        [],
        environment=tenant,
        queue_job={"channels": "root:2"},
        options={"list_db": True, "server_wide_modules": "base,rpc,web,queue_job"},
    )
    server.databases = [original.name]
    enqueue(server, "do_nothing")
    original.wait_jobs()
    original.query("UPDATE queue_job_channel SET paused = true WHERE complete_name = 'root'")
    enqueue(server, "write_effect", "copied", times=2)
    original.disconnect()
    ask(server.url, "db", "duplicate_database", "admin", original.name, copy.name)
    # Odoo's duplicate draws a new uuid; its registry was loaded to do so.
    server.wait_log(rf"WARNING \S+ \S+: {copy.name}: no jobs are run: it is a copy .*uuid")
    for database in (original, copy):
        database.query("UPDATE queue_job_channel SET paused = false")
    original.wait_jobs()
    enqueue(server, "write_effect", "later")
    original.wait_jobs()
    assert copy.job_states() == {"done": 1, "pending": 2}
    server.rpc("queue.job.database", "adopt", database=copy.name)
    copy.wait_jobs()
    assert (effects(original, "copied"), effects(copy, "copied")) == (2, 2)


def test_a_renamed_database_is_no_copy(environment, original, odoo_server, copies):
    renamed = copies(f"{original.name}_new")
    databases.rename(environment, original.name, renamed.name)
    odoo_server(renamed, queue_job={"channels": "root:2"})
    renamed.wait_jobs()
    assert effects(renamed, "copied") == 2


def test_adopt_copies_setting(environment, original, odoo_server, copies):
    copy = copies(f"{original.name}_moved")
    databases.create(environment, copy.name, original.name)
    server = odoo_server(copy, queue_job={"channels": "root:2", "adopt_copies": True})
    copy.wait_jobs()
    server.wait_log("taken over, as adopt_copies is set")
    assert effects(copy, "copied") == 2


def test_a_neutralized_database_waits(original, odoo_server):
    server = odoo_server(original, queue_job={"channels": "root:2"}, start=False)
    environment = server.environment
    subprocess.run(
        [
            environment.python,
            environment.odoo_script,
            "neutralize",
            f"--config={server.config_path}",
            "-d",
            original.name,
        ],
        check=True,
        timeout=120,
    )
    server.start()
    server.wait_log("no jobs are run: it was neutralized")
    assert original.job_states() == {"done": 1, "pending": 2}
    server.rpc("queue.job.database", "adopt")
    original.wait_jobs()
    assert effects(original, "copied") == 2

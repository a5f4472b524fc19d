# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Pgpool-II before a primary and its standby: what is said on the standby, and a failover."""

import dataclasses
import threading
from contextlib import suppress

import psycopg2
import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue
from harness import Database
from harness.cluster import private_cluster
from harness.pgpool import pgpool

from devtools import poolers
from devtools.errors import DevError
from devtools.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not poolers.can_be_had(Workspace()), reason="needs Pgpool-II or a Debian archive"
    ),
]

NAME = "pooled"


@pytest.fixture(scope="module")
def primary(environment, tmp_path_factory):
    with private_cluster(tmp_path_factory.mktemp("primary") / "dev", environment) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def database(primary, template_db):
    return primary.import_database(NAME, template_db(ADDON))


@pytest.fixture(scope="module")
def standby(primary, database, tmp_path_factory):
    """Follows the primary; what is committed there is here, or nobody was told so."""
    database.disconnect()
    standby = primary.standby(tmp_path_factory.mktemp("standby") / "dev", "follower")
    standby.start()
    primary.configure("synchronous_standby_names = 'follower'\nsynchronous_commit = remote_apply\n")
    primary.reload()
    try:
        yield standby
    finally:
        if standby.is_running():
            standby.halt("immediate")


@pytest.fixture(scope="module")
def pooled(primary, standby):
    """The set-up in which Odoo knows nothing but Pgpool-II."""
    with pgpool(primary.connection(), standby.connection()) as reached:
        yield dataclasses.replace(primary.environment, postgres=reached)


class Load(threading.Thread):
    """Users who go on enqueueing, whatever the server says."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.uuids = []
        self.count_of_failed = 0
        self.is_over = threading.Event()
        self.start()

    def run(self):
        while not self.is_over.wait(0.05):
            try:
                self.uuids += enqueue(self.server, "leave_trace", "load", 0.02, times=5)
            except Exception:  # the server has many ways to say that it can't
                self.count_of_failed += 1

    def stop(self):
        self.is_over.set()
        self.join(120)
        assert not self.is_alive()


def test_a_runner_led_to_the_standby_says_so_and_claims_nothing(
    database, standby, pooled, odoo_server
):
    where = standby.connection()
    server = odoo_server(
        database,
        environment=pooled,
        queue_job={"channels": "root:1", "host": where.host, "port": where.port},
    )
    server.wait_log(
        "can't listen for new jobs .*it is a standby, where LISTEN is refused", timeout=90
    )
    server.wait_log(
        f"{NAME}: no jobs are run: it is read-only, as a standby is: give the runner", timeout=90
    )
    [uuid] = enqueue(server, "do_nothing")
    # It has looked once more since then.
    assert database.value("SELECT state FROM queue_job WHERE uuid = %s", (uuid,)) == "pending"
    assert not database.value("SELECT count(*) FROM queue_job_runner")


def test_jobs_run_through_the_pooler_alone(database, pooled, odoo_server):
    """Reads may go to the standby; what the engine asks must not."""
    server = odoo_server(database, environment=pooled, queue_job={"channels": "root:2"})
    server.expect_error("it does not work")
    enqueue(server, "do_nothing", times=50)
    enqueue(server, "write_effect", "through", 0.01, times=20)
    enqueue(server, "commit_often", "commits", 10)
    [failed] = enqueue(server, "fail")
    database.wait_jobs(timeout=180, settled=("done", "failed"))
    assert effects(database, "through") == 20
    assert effects(database, "commits") == 10
    assert database.query("SELECT uuid FROM queue_job WHERE state = 'failed'") == [(failed,)]
    assert database.value(NO_OVERLAP)


def test_a_failover_loses_nothing(primary, database, standby, pooled, odoo_server):
    database.query("DELETE FROM queue_job")
    places = [primary.connection(), standby.connection()]
    server = odoo_server(
        database,
        environment=pooled,
        queue_job={
            "channels": "root:3",
            "jobrunner_db_host": ",".join(place.host for place in places),
            "jobrunner_db_port": ",".join(str(place.port) for place in places),
        },
    )
    server.expect_error(".*")
    backlog = enqueue(server, "leave_trace", "backlog", 0.02, times=200)
    [cut_off] = enqueue(server, "leave_trace", "cut off", 3, options={"priority": 1})
    database.wait("SELECT count(*) > 0 FROM test_queue_run WHERE key = 'cut off'", timeout=60)
    load = Load(server)
    database.wait("SELECT count(*) > 10 FROM queue_job WHERE state = 'done'", timeout=60)
    primary.kill()
    standby.promote()
    new = Database(standby.environment, NAME)
    done_before = new.value("SELECT max(id) FROM queue_job")
    new.wait(
        # Jobs that were enqueued afterwards have run.
        "SELECT count(*) > 20 FROM queue_job WHERE state = 'done' AND id > %s",
        (done_before,),
        timeout=180,
    )
    load.stop()
    new.wait_jobs(timeout=180)
    told = {*backlog, cut_off, *load.uuids}
    stored = {uuid for (uuid,) in new.query("SELECT uuid FROM queue_job")}
    assert load.uuids
    assert stored >= told
    # Each has left its effect once, whatever it was doing at that moment.
    traces = new.query(
        "SELECT value, count(*) FROM test_queue_effect"
        " WHERE key IN ('load', 'backlog', 'cut off') GROUP BY 1"
    )
    assert dict(traces) == dict.fromkeys(stored, 1)
    assert new.value(NO_OVERLAP)
    assert new.value("SELECT max(crashes) FROM queue_job") == 0
    with suppress(psycopg2.Error, DevError):
        database.disconnect()
    new.disconnect()

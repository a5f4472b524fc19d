# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""PostgreSQL restarted under load: jobs wait, servers come back by themselves."""

import re
import threading
import time
from contextlib import suppress

import psycopg2
import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue, worker_pids
from harness import wait_for
from harness.cluster import private_cluster

from devtools.errors import DevError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(environment, tmp_path_factory):
    with private_cluster(tmp_path_factory.mktemp("restart") / "dev", environment) as cluster:
        yield cluster


@pytest.fixture
def database(cluster, template_db):
    database = cluster.import_database("restarted", template_db(ADDON))
    yield database
    if not cluster.is_running():
        cluster.start()
    database.drop()


class Load(threading.Thread):
    """Users who go on enqueueing, whatever the server says."""

    TIMES = 20

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.sent = 0
        self.uuids = []
        self.is_over = threading.Event()
        self.start()

    def run(self):
        while not self.is_over.wait(0.02):
            self.sent += 1
            key = f"job {self.sent}"
            with suppress(Exception):  # the server has many ways to say that it can't
                self.uuids += enqueue(self.server, "write_effect", key, 0.02, times=self.TIMES)

    def stop(self):
        self.is_over.set()
        self.join(30)


def test_restarts_lose_nothing(cluster, database, odoo_server):
    settings = {"channels": "root:6", "job_workers": 3}
    first = odoo_server(database, environment=cluster.environment, workers=2, queue_job=settings)
    second = odoo_server(database, environment=cluster.environment, queue_job=settings)
    for server in (first, second):
        server.expect_error(".*")
    database.wait("SELECT count(*) = 2 FROM queue_job_runner")
    supervisors = supervisor_pids(database)
    enqueue(second, "write_effect", "backlog", 0.02, times=300)
    load = Load(first)
    back_after = []
    for mode in ("fast", "immediate"):
        enqueue(second, "write_effect", mode, 3)
        database.wait("SELECT count(*) > 0 FROM test_queue_run WHERE key = %s", (mode,))
        cluster.restart(mode)
        began, sent = time.monotonic(), load.sent
        wait_for(
            lambda sent=sent: has_effects(database, sent + 2, load.sent),
            timeout=30,
            message="the effects of jobs enqueued after the restart",
        )
        back_after.append(time.monotonic() - began)
    load.stop()
    database.wait_jobs(timeout=60)
    assert max(back_after) < 15, back_after
    # All that a user was told is stored, and every job has run to its end, once.
    stored = {uuid for (uuid,) in database.query("SELECT uuid FROM queue_job")}
    assert load.uuids
    assert stored >= set(load.uuids)
    assert dict(database.query("SELECT key, count(*) FROM test_queue_effect GROUP BY 1")) == {
        "fast": 1,
        "immediate": 1,
        "backlog": 300,
        **{f"job {number}": Load.TIMES for number in numbers(database)},
    }
    assert len(stored) == database.value("SELECT count(*) FROM test_queue_effect")
    assert database.value(NO_OVERLAP)
    # Those in progress were not to blame for it.
    assert database.value("SELECT max(crashes) FROM queue_job") == 0
    assert database.query(
        """
        SELECT DISTINCT a.outcome FROM queue_job_attempt a JOIN queue_job j ON j.id = a.job_id
          JOIN test_queue_run r ON r.job_uuid = j.uuid WHERE r.key IN ('fast', 'immediate')
         ORDER BY 1
        """
    ) == [("disconnected",), ("done",)]
    # The same supervisors run on, with all their workers, and nobody complains any more.
    assert supervisor_pids(database) == supervisors
    assert len(worker_pids(database)) == 6
    for server in (first, second):
        complaints = [
            line
            for line in server.log.splitlines()
            if "queue_job.engine" in line and re.search(" (WARNING|ERROR) ", line)
        ]
        assert 0 < len(complaints) < 30, "\n".join(complaints)
        quiet_from = len(server.log)
        enqueue(server, "write_effect", "after", times=5)
        database.wait_jobs()
        assert "Traceback" not in server.log[quiet_from:]
    assert effects(database, "after") == 10


def has_effects(database, low, high):
    keys = [f"job {number}" for number in range(low, high + 1)]
    # The test's own connection goes with the server.
    with suppress(psycopg2.Error, DevError):
        return database.value(
            "SELECT count(*) > 0 FROM test_queue_effect WHERE key = ANY(%s)", (keys,)
        )
    return False


def numbers(database):
    """Numbers of the load's calls that have left effects."""
    rows = database.query("SELECT DISTINCT key FROM test_queue_effect WHERE key LIKE 'job %%'")
    return [int(key.split()[1]) for (key,) in rows]


def supervisor_pids(database):
    return database.query("SELECT pid FROM queue_job_runner WHERE state = 'running' ORDER BY 1")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Several servers of all kinds on one database: they come, go and die under load."""

import time

import psutil
import pytest
from engine import ADDON, NO_OVERLAP, end_runs, enqueue
from harness import wait_for

pytestmark = pytest.mark.slow

SETTINGS = {"channels": "root:5,root.a:2,root.b:1", "job_workers": 2, "stop_grace": 1}

#: Most runs of a channel, or below it, that were going on at the same moment.
MOST_AT_ONCE = """
    SELECT max((SELECT count(*) FROM runs b
                 WHERE b.began <= a.began AND (b.ended > a.began OR b.ended IS NULL)))
      FROM runs a
"""
RUNS = """
    WITH runs AS (
        SELECT r.began, r.ended FROM test_queue_run r JOIN queue_job j ON j.uuid = r.job_uuid
         WHERE j.channel || '.' LIKE %s)
"""


def most_at_once(database, channel):
    return database.value(RUNS + MOST_AT_ONCE, (f"{channel}.%",))


class Fleet:
    """Servers on one database, and the load on them."""

    def __init__(self, database, odoo_server):
        self.database = database
        self._start = odoo_server

    def start(self, kind):
        """Start a server: threaded, prefork, or the command that only runs jobs.

        :return: it, when it has workers
        """
        before = self.supervisors()
        options = {"threaded": {}, "prefork": {"workers": 2}, "alone": {"command": "queue_job"}}
        server = self._start(
            self.database,
            queue_job=SETTINGS,
            wait=False,
            args=["run"] if kind == "alone" else [],
            **options[kind],
        )
        wait_for(
            lambda: [
                pid
                for pid in self.supervisors() - before
                if any(process.pid == pid for process in server.processes())
            ],
            timeout=90,
            message=f"a job runner of the {kind} server; its log: {server.log[-2000:]}",
        )
        return server

    def supervisors(self):
        rows = self.database.query(
            "SELECT pid FROM queue_job_runner WHERE state = 'running' AND worker_pids <> '[]'"
        )
        return {pid for (pid,) in rows}

    def feed(self, server, seconds=0.3, times=40):
        """Have enough waiting for all servers, in all channels."""
        for channel in ("root", "root.a", "root.b"):
            enqueue(
                server,
                "leave_trace",
                channel,
                seconds,
                options={"channel": channel},
                times=times,
            )

    def pids(self, server):
        """Processes of a server, those that ran something included."""
        return {process.pid for process in server.processes()}

    def wait_runs_of(self, server, after=0):
        """Wait until a server has begun a job."""
        wait_for(
            lambda: self.database.value(
                "SELECT count(*) > 0 FROM test_queue_run WHERE pid = ANY(%s) AND id > %s",
                (list(self.pids(server)), after),
            ),
            message=lambda: f"a job of {server.log_path}; {self.database.job_states()}",
        )

    def last_run(self):
        return self.database.value("SELECT COALESCE(max(id), 0) FROM test_queue_run")


@pytest.fixture
def fleet(new_database, odoo_server):
    return Fleet(new_database(ADDON), odoo_server)


def test_servers_come_and_go(fleet):
    database = fleet.database
    threaded = fleet.start("threaded")
    alone = fleet.start("alone")
    fleet.feed(threaded)
    fleet.wait_runs_of(threaded)
    fleet.wait_runs_of(alone)

    # One more: it gets its share of the work at once.
    prefork = fleet.start("prefork")
    fleet.feed(threaded)
    fleet.wait_runs_of(prefork)

    # One dies, with all its processes.
    fleet.feed(prefork)
    fleet.wait_runs_of(threaded, after=fleet.last_run())
    dead = fleet.pids(threaded)
    for process in threaded.processes():
        process.suspend()
    mine = "run_token IS NOT NULL AND worker_pid = ANY(%s)"
    database.wait(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE state = 'active'"
        " AND datname = current_database() AND pid <> pg_backend_pid()"
        " AND application_name = 'odoo-queue-job-worker'"
    )
    lost = [
        job_id for (job_id,) in database.query(f"SELECT id FROM queue_job WHERE {mine}", [[*dead]])
    ]
    threaded.kill()
    killed = time.time()
    for pid in dead:
        end_runs(database, pid, killed)
    database.wait(
        "SELECT count(*) = 0 FROM queue_job WHERE id = ANY(%s) AND worker_pid = ANY(%s)"
        " AND state <> 'done'",
        (lost, [*dead]),
        timeout=30,
    )
    assert database.value(
        "SELECT count(*) FROM queue_job_attempt WHERE outcome = 'crashed' AND job_id = ANY(%s)",
        (lost,),
    ) == len(lost)

    # One is stopped: what it runs is given back at once, and nothing is counted.
    database.wait_jobs(timeout=120)
    enqueue(prefork, "leave_trace", "long", 8, times=4)
    fleet.wait_runs_of(alone, after=fleet.last_run())
    pids = [*fleet.pids(alone)]
    assert alone.stop(timeout=30) == 0
    stopped = time.time()
    for pid in pids:
        end_runs(database, pid, stopped)
    assert database.value(f"SELECT count(*) FROM queue_job WHERE {mine}", (pids,)) == 0
    long = "id IN (SELECT j.id FROM queue_job j JOIN test_queue_run r ON r.job_uuid = j.uuid"
    given_back = f"{long} WHERE r.key = 'long' AND r.pid = ANY(%s))"
    database.wait_jobs(timeout=120)
    assert database.query(
        f"SELECT DISTINCT attempt, crashes FROM queue_job WHERE {given_back}", (pids,)
    ) == [(1, 0)]

    # All in all: each job once, no limit ever broken, by no server and by no two.
    wrong = """
        SELECT j.uuid FROM queue_job j LEFT JOIN test_queue_effect e ON e.value = j.uuid
         GROUP BY j.uuid HAVING count(e.id) <> 1
    """
    assert database.query(wrong) == []
    assert database.value(NO_OVERLAP)
    assert most_at_once(database, "root.a") <= 2
    assert most_at_once(database, "root.b") <= 1
    assert 3 <= most_at_once(database, "root") <= 5
    assert (
        database.value(
            "SELECT count(*) FROM queue_job_attempt"
            " WHERE outcome NOT IN ('crashed', 'done', 'released')"
        )
        == 0
    )
    assert prefork.stop() == 0
    assert database.value("SELECT count(*) FROM queue_job_runner WHERE state <> 'dead'") == 0


def test_two_servers_that_start_together(fleet, odoo_server):
    # Both register, write the channels of the file, and claim for the first time.
    database = fleet.database
    enqueue(database, "leave_trace", "some", 0.02, options={"channel": "root.b"}, times=20)
    enqueue(database, "leave_trace", "some", 0.02, options={"channel": "root.a"}, times=40)
    servers = [
        odoo_server(database, queue_job=SETTINGS, wait=False, command="queue_job", args=["run"])
        for _number in range(2)
    ]
    database.wait_jobs(timeout=120)
    assert database.query("SELECT DISTINCT attempt, crashes FROM queue_job") == [(1, 0)]
    assert database.value(NO_OVERLAP)
    assert most_at_once(database, "root.a") <= 2
    assert most_at_once(database, "root.b") <= 1
    assert database.value("SELECT count(*) FROM queue_job_channel WHERE name = 'a'") == 1
    assert not any(server.errors for server in servers)
    assert all(psutil.pid_exists(server.pid) for server in servers)

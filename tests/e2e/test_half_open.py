# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Connections that die without a word: no end of stream, no reset, no answer."""

import dataclasses
import time

import psutil
import pytest
from engine import ADDON, NO_OVERLAP, effects, enqueue
from harness import wait_for
from harness.proxy import Proxy, can_cut

pytestmark = pytest.mark.slow

LEASE_SECONDS = 15
NEEDS_CUT = pytest.mark.skipif(
    not can_cut(), reason="this kernel lets only root drop the packets of a socket"
)


@pytest.fixture
def proxy(cluster):
    proxy = Proxy(cluster.port)
    yield proxy
    proxy.close()


@pytest.fixture
def database(new_database):
    return new_database(ADDON)


def through(proxy, **settings):
    """Settings of a runner that reaches the database through the proxy, unlike its jobs."""
    return {"jobrunner_db_host": "127.0.0.1", "jobrunner_db_port": proxy.port, **settings}


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_nothing_is_heard_any_more(database, odoo_server, proxy):
    """The listener's connection goes deaf, and with it the runner's own."""
    server = odoo_server(database, queue_job=through(proxy, channels="root:2"))
    enqueue(server, "do_nothing")
    database.wait_jobs()
    start = len(server.log)
    proxy.swallow()
    enqueue(server, "write_effect", "unheard")
    # Nobody could run it. What runs is not at stake: there is nothing.
    server.wait_log("did not answer within", start=start)
    assert effects(database, "unheard") == 0
    began = time.monotonic()
    proxy.mend()
    database.wait_jobs(timeout=20)
    assert effects(database, "unheard") == 1
    server.wait_log("hears of new jobs at once again", start=start)
    # And again it is a hint that starts them.
    enqueue(server, "do_nothing", times=3)
    database.wait_jobs()
    assert database.value(
        "SELECT max(extract(epoch FROM date_enqueued - date_created)) < 5 FROM queue_job"
        " WHERE date_created > (now() AT TIME ZONE 'UTC') - %s * interval '1 s'",
        (time.monotonic() - began,),
    )


@pytest.mark.parametrize(
    "how",
    [
        "swallow",
        pytest.param("cut", marks=NEEDS_CUT),
    ],
)
def test_a_runner_that_is_cut_off_stops_its_jobs_in_time(database, odoo_server, proxy, how):
    """Its workers reach the database all the same, and would go on."""
    channels = {"channels": "root:2", "job_workers": 1}
    first = odoo_server(database, queue_job=through(proxy, **channels))
    first.expect_error("was not renewed in time")
    enqueue(first, "stay_alive", "long", 600)
    database.wait("SELECT count(*) = 1 FROM test_queue_run WHERE ended IS NOT NULL")
    second = odoo_server(database, queue_job=channels)
    database.wait("SELECT count(*) = 2 FROM queue_job_runner WHERE state = 'running'")
    pid = database.value("SELECT pid FROM test_queue_run")
    getattr(proxy, how)()
    wait_for(lambda: not is_alive(pid), timeout=LEASE_SECONDS, message="the job's end")
    # Before anybody else could begin it.
    assert database.value("SELECT count(*) FROM test_queue_run") == 1
    database.wait("SELECT count(*) = 2 FROM test_queue_run", timeout=2 * LEASE_SECONDS)
    assert database.value("SELECT count(DISTINCT pid) FROM test_queue_run") == 2
    second.wait_log(r"1 server\(s\) stopped beating")
    proxy.mend()
    database.query("INSERT INTO test_queue_effect (key) VALUES ('enough')")
    # Back online the first one takes part again: both workers are needed for this.
    enqueue(second, "write_effect", "together", 0.5, times=10)
    database.wait(
        "SELECT count(DISTINCT pid) = 2 FROM test_queue_run WHERE key = 'together'", timeout=60
    )
    database.wait_jobs(timeout=60)
    assert database.value(NO_OVERLAP)
    assert effects(database, "long") == 1
    assert effects(database, "together") == 10
    assert "Traceback" not in first.log + second.log
    assert len(first.errors) == 1


def test_the_lease_outlives_one_lost_connection(database, odoo_server, proxy):
    """A firewall forgets a connection and lets the next one pass: nothing is stopped."""
    server = odoo_server(database, queue_job=through(proxy, channels="root:1"))
    enqueue(server, "stay_alive", "long", 15)
    database.wait("SELECT count(*) = 1 FROM test_queue_run")
    proxy.swallow()
    proxy.mend()
    server.wait_log("this database answers again")
    database.wait_jobs()
    assert database.value("SELECT count(*) FROM test_queue_run") == 1
    assert effects(database, "long") == 1


@NEEDS_CUT
def test_a_job_that_is_cut_off_is_tried_again(database, environment, odoo_server, proxy):
    """Its own connection is dead, its runner's is not: the lease alone would go on for ever."""
    postgres = dataclasses.replace(environment.postgres, port=proxy.port)
    direct = {
        "jobrunner_db_host": environment.postgres.host,
        "jobrunner_db_port": environment.postgres.port,
        "channels": "root:1",
    }
    server = odoo_server(
        database, queue_job=direct, environment=dataclasses.replace(environment, postgres=postgres)
    )
    server.expect_error("bad query")
    enqueue(database, "ask_often", "long", 600)
    database.wait("SELECT count(*) = 1 FROM test_queue_run")
    proxy.cut()
    server.wait_log("the database was lost", timeout=60)
    proxy.mend()
    database.wait_jobs(timeout=60)
    assert effects(database, "long") == 1
    assert database.value(NO_OVERLAP)
    assert database.query("SELECT crashes, attempt FROM queue_job") == [(0, 2)]
    assert database.query("SELECT outcome FROM queue_job_attempt ORDER BY number") == [
        ("disconnected",),
        ("done",),
    ]
    # The session that was left behind has ended too, and nothing is locked by it.
    database.wait(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'"
        " AND datname = current_database()"
    )

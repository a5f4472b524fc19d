# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Short jobs that share a slot: what becomes of the others when one is slow, or dies."""

import psutil
import pytest
from engine import enqueue, forget, serving_with_faults

pytestmark = pytest.mark.slow

_LEASED = "SELECT id, state, run_token FROM queue_job WHERE run_token IS NOT NULL ORDER BY id"


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    with serving_with_faults(environment, template_db, folder, channels="root:1") as running:
        yield running


@pytest.fixture
def running(shared):
    forget(shared[0])
    return shared


def stop_in_a_pack(running, place):
    """Have a worker stopped in the middle of a pack.

    :return: its process, and the leased jobs of its pack as (id, state)
    """
    database, server, faults = running
    for _try in range(50):
        faults.place(place, "stop")
        enqueue(server, "pass_by", times=24)
        pid, _when = faults.wait(place, "stop")
        process = psutil.Process(pid)
        leased = database.query(_LEASED)
        [token] = database.query(
            "SELECT run_token FROM queue_job WHERE worker_pid = %s AND run_token IS NOT NULL"
            " LIMIT 1",
            (pid,),
        ) or [(None,)]
        pack = [(job_id, state) for job_id, state, run_token in leased if run_token == token[0]]
        if len(pack) > 1:
            return process, pack
        # Nobody knows yet that these jobs are short.
        process.resume()
        database.wait_jobs()
    raise AssertionError("no packs were made")


def test_a_slow_member_gives_the_others_back(running):
    database, server, faults = running
    process, _pack = stop_in_a_pack(running, "in_job")
    process.resume()
    database.wait_jobs()
    database.query("DELETE FROM queue_job")
    # All are there when the next claim looks.
    database.query("UPDATE queue_job_channel SET paused = true")
    [slow] = enqueue(server, "pass_by", 5, options={"priority": 1})
    enqueue(server, "pass_by", times=7)
    faults.place("in_job", "stop")
    database.query("UPDATE queue_job_channel SET paused = false")
    pid, _when = faults.wait("in_job", "stop")
    assert database.query(
        "SELECT state, count(DISTINCT run_token) FROM queue_job GROUP BY 1 ORDER BY 1"
    ) == [
        ("enqueued", 1),
        ("started", 1),
    ]
    psutil.Process(pid).resume()
    # Its watchdog gives them back, and nothing is counted, long before it ends.
    database.wait("SELECT count(*) = 7 FROM queue_job WHERE state = 'pending'", timeout=10)
    assert database.query(
        "SELECT state, attempt, run_token FROM queue_job WHERE uuid <> %s GROUP BY 1, 2, 3", (slow,)
    ) == [("pending", 0, None)]
    assert database.value("SELECT state FROM queue_job WHERE uuid = %s", (slow,)) == "started"
    database.wait_jobs()
    assert database.query("SELECT DISTINCT attempt, crashes FROM queue_job") == [(1, 0)]
    assert database.value("SELECT count(*) FROM queue_job_attempt") == 0


@pytest.mark.parametrize("place", ["in_job", "after_commit"])
def test_a_kill_in_the_middle_of_a_pack(running, place):
    database, server, _faults = running
    process, pack = stop_in_a_pack(running, place)
    [started] = [job_id for job_id, state in pack if state == "started"]
    process.kill()
    database.wait_jobs()
    outcomes = database.query(
        "SELECT a.job_id, a.outcome FROM queue_job_attempt a ORDER BY a.job_id, a.number, a.id"
    )
    attempts = database.query("SELECT id, attempt FROM queue_job WHERE attempt <> 1")
    if place == "in_job":
        # The one that ran, and no other.
        assert outcomes == [(started, "crashed"), (started, "done")]
        assert attempts == [(started, 2)]
    else:
        # The job before it had just committed; this one was marked in the same commit and
        # had not begun.
        assert outcomes == [(started, "released")]
        assert attempts == []
    assert database.value("SELECT count(*) FROM queue_job WHERE crashes > 0") == 0
    assert server.errors == []

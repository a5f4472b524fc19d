# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What waits for other jobs goes on once, whoever ends together or dies in between."""

import psutil
import pytest
from engine import MODEL, NO_OVERLAP, forget, serving_with_faults, worker_pids
from harness import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(environment, template_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("released")
    with serving_with_faults(environment, template_db, folder, channels="root:2") as running:
        yield running


@pytest.fixture
def running(shared):
    database, _server, _faults = shared
    forget(database)
    wait_for(lambda: len(worker_pids(database)) == 2, message="both workers")
    return shared


def assert_released_once(database, key):
    database.wait_jobs()
    assert database.value("SELECT count(*) FROM test_queue_run WHERE key = %s", (key,)) == 1
    assert database.value("SELECT count(*) FROM test_queue_effect WHERE key = %s", (key,)) == 1
    assert database.query("SELECT DISTINCT attempt, crashes FROM queue_job") == [(1, 0)]
    assert database.value(NO_OVERLAP)


def test_parents_that_end_together_release_their_child_once(running):
    """Each has written its end, and neither can see the other's, when both commit."""
    database, server, faults = running
    first, second = "in_job", "in_second_half"
    for place in (first, second):
        faults.place(place, "stop")
    server.rpc(MODEL, "enqueue_after", [], "child", ["leave_trace", "commit_in_the_middle"])
    parents = [psutil.Process(faults.wait(place, "stop")[0]) for place in (first, second)]
    for parent in parents:
        faults.place("before_commit", "stop")
        parent.resume()
        assert faults.wait("before_commit", "stop")[0] == parent.pid
    assert database.job_states() == {"started": 2, "wait_dependencies": 1}
    for parent in parents:
        parent.resume()
    assert_released_once(database, "child")


def test_a_worker_killed_before_it_releases_what_waits(running):
    """Between the commit of its end and the look for what waited for it."""
    database, server, faults = running
    faults.place("after_commit", "kill")
    server.rpc(MODEL, "enqueue_after", [], "orphan", ["leave_trace"])
    pid, _when = faults.wait("after_commit", "kill")
    wait_for(lambda: not psutil.pid_exists(pid), message="its end")
    assert_released_once(database, "orphan")
    server.wait_log(r"\(SIGKILL\)")

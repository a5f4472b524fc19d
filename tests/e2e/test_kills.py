# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""kill -9 at each step of a job's way: nothing lost, nothing done twice.

Orders to die are files (see ``queue_job/engine/faults.py``), so each test knows exactly
how many processes were killed, where, and when.
"""

import signal

import psutil
import pytest
from engine import NO_OVERLAP, Faults, end_runs, enqueue, serving
from harness import wait_for

#: The way of a job through its worker, and whether a job that dies there has to run again.
STEPS = {
    "claimed": True,
    "started": True,
    "in_job": True,
    "before_commit": True,
    "after_commit": False,
}


def crashes(database) -> int:
    """Number of attempts that ended with their process."""
    return database.value("SELECT count(*) FROM queue_job_attempt WHERE outcome = 'crashed'")


def wait_settled(database, expected: int, *, timeout: float = 30) -> None:
    """Wait until that many crashes are on record, and the jobs concerned are done.

    A job that is hit three times in a row would fail, and rightly so.
    """
    database.wait(
        """
        SELECT (SELECT count(*) FROM queue_job_attempt WHERE outcome = 'crashed') >= %s
           AND NOT EXISTS (SELECT FROM queue_job WHERE crashes > 0 AND state <> 'done')
        """,
        (expected,),
        timeout=timeout,
    )


def keep_busy(database, server) -> None:
    """Leave enough jobs waiting for the next order."""
    if database.value("SELECT count(*) FROM queue_job WHERE state = 'pending'") < 40:
        enqueue(server, "leave_trace", "kills", times=60)


def assert_nothing_lost_or_doubled(database, *, timeout=90):
    """Every job is done, with one effect, and never ran twice at once."""
    database.wait_jobs(timeout=timeout)
    wrong = database.query(
        """
        SELECT j.uuid, count(e.id)
          FROM queue_job j LEFT JOIN test_queue_effect e ON e.value = j.uuid
         GROUP BY j.uuid HAVING count(e.id) <> 1
        """
    )
    assert wrong == [], "jobs without exactly one effect"
    assert database.value(NO_OVERLAP)
    assert database.value("SELECT count(*) FROM test_queue_run WHERE ended IS NULL") == 0
    leased = "SELECT count(*) FROM queue_job WHERE run_token IS NOT NULL OR runner_id IS NOT NULL"
    assert database.value(leased) == 0


@pytest.fixture
def faults(tmp_path):
    return Faults(tmp_path / "faults")


@pytest.mark.parametrize("times", [1, pytest.param(17, marks=pytest.mark.slow)])
def test_workers_killed_at_each_step(environment, template_db, tmp_path, faults, times):
    with serving(
        environment,
        template_db,
        tmp_path / "kills",
        workers=0,
        extra_environ=faults.environ,
        channels="root:3",
    ) as (database, server):
        expected = 0
        for place, runs_again in STEPS.items():
            for _number in range(times):
                keep_busy(database, server)
                pid, when = faults.order(place)
                wait_for(lambda pid=pid: not psutil.pid_exists(pid), message="the killed worker")
                end_runs(database, pid, when)
                expected += runs_again
                wait_settled(database, expected)
                assert crashes(database) == expected, place
        assert_nothing_lost_or_doubled(database)
        # One run more than attempts that ended well: each crash burned the attempt of the
        # job that ran, and of no other.
        assert database.value("SELECT sum(attempt - 1) FROM queue_job") == expected
        assert server.log.count("(SIGKILL)") == times * len(STEPS)


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "times"), [(0, 1), (2, 3)], ids=["threaded", "prefork"])
def test_supervisors_killed_at_each_step(
    environment, template_db, tmp_path, faults, workers, times
):
    with serving(
        environment,
        template_db,
        tmp_path / f"kills{workers}",
        workers=workers,
        extra_environ=faults.environ,
        channels="root:3",
    ) as (database, server):
        expected = 0
        for place in STEPS:
            for _number in range(times):
                keep_busy(database, server)
                pid, _when = faults.order(place, "stop")
                supervisor = psutil.Process(pid).parent()
                family = [supervisor, *supervisor.children(recursive=True)]
                for process in family:
                    process.suspend()
                # What they had sent is carried out; then nothing moves any more.
                database.wait(
                    "SELECT count(*) = 0 FROM pg_stat_activity WHERE state = 'active'"
                    " AND datname = current_database() AND pid <> pg_backend_pid()"
                )
                expected += database.value("SELECT count(*) FROM queue_job WHERE state = 'started'")
                supervisor.send_signal(signal.SIGKILL)
                killed = database.value("SELECT extract(epoch FROM clock_timestamp())")
                # Its workers go with it.
                wait_for(
                    lambda family=family: (
                        not any(psutil.pid_exists(process.pid) for process in family)
                    ),
                    message="the end of the supervisor and its workers",
                )
                for process in family:
                    end_runs(database, process.pid, float(killed))
                wait_settled(database, expected, timeout=40)
                assert crashes(database) == expected, place
        assert_nothing_lost_or_doubled(database)
        assert database.value("SELECT sum(attempt - 1) FROM queue_job") == expected
        if not workers:
            assert server.log.count("it is started again in") == times * len(STEPS)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs that are stopped from outside: told first, killed when they don't mind, and settled."""

import dataclasses

import pytest

from odoo.addons.queue_job.engine.status import Running, Wish
from odoo.addons.queue_job.engine.stopper import KILL_AFTER_SECONDS, Stopper
from odoo.addons.queue_job.engine.worker import Pack

TOKEN = 5
FENCE = {"job_id": 1, "run_token": TOKEN}


class Worker:
    """The supervisor's view of a worker, its status and its place for stacks in one."""

    pid = 4711

    def __init__(self, running, jobs=(1,)):
        self.status = self.stack = self
        self.pack = Pack("db", TOKEN, tuple((job_id, 0.0) for job_id in jobs))
        self.now = running
        self.is_killed = False
        self.wishes = []
        self.asked = 0

    def running(self):
        return self.now

    def wish(self, wish, job_id):
        self.wishes.append((wish, job_id))

    def ask(self, _pid):
        self.asked += 1

    def read(self):
        return ""

    def kill(self):
        self.is_killed = True


class Runner:
    """What is asked of the runner of a database."""

    def __init__(self):
        self.wanted = []
        self.looks = 0
        self.settled = []
        self.counted = []
        self.ended = []

    def requests(self):
        self.looks += 1
        return self.wanted

    def settle(self, verb, **params):
        self.settled.append((verb, params))

    def count(self, _running, end):
        self.counted.append(end)

    def terminate_backend(self, running):
        self.ended.append(running.backend_pid)


class Pool:
    def __init__(self, worker):
        self._worker = worker

    def busy(self):
        return [self._worker]


def make(jobs=(1,), **values):
    running = dataclasses.replace(Running(1, TOKEN, 100.0, 0.0, 99, 2), **values)
    worker, runner = Worker(running, jobs), Runner()
    return worker, runner, Stopper(Pool(worker), {"db": runner})


def test_a_job_without_limit_is_left_alone():
    worker, runner, stopper = make()
    stopper.watch(1e9, gives_back=False)
    assert (worker.is_killed, worker.wishes, runner.settled) == (False, [], [])


def test_a_job_over_its_limit_is_killed_when_its_watchdog_had_its_time():
    worker, runner, stopper = make(limit=10.0)
    stopper.watch(110.0 + KILL_AFTER_SECONDS - 0.1, gives_back=False)
    assert not worker.is_killed
    # It is asked where it stands before that.
    assert worker.asked == 1
    assert stopper.is_asking
    stopper.watch(110.0 + KILL_AFTER_SECONDS, gives_back=False)
    assert worker.is_killed
    [(verb, params)] = runner.settled
    assert verb == "fail"
    assert params.items() >= {**FENCE, "outcome": "timeout", "retry": 2}.items()
    assert params["exc_name"].endswith(".JobTimeout")
    assert "its limit of 10 s" in params["exc_message"]
    assert (runner.counted, runner.ended) == (["failed"], [99])
    # Nobody else settles it once more.
    assert worker.pack is None
    stopper.watch(200.0, gives_back=False)
    assert len(runner.settled) == 1


def test_a_function_may_want_another_try_after_its_limit():
    worker, runner, stopper = make(limit=10.0, retry=3, retry_seconds=60.0)
    stopper.watch(111.0, gives_back=False)
    [(verb, params)] = runner.settled
    assert verb == "postpone"
    assert params.items() >= {**FENCE, "seconds": 60.0, "retry": 3, "outcome": "timeout"}.items()
    assert (worker.is_killed, runner.counted) == (True, ["retried"])


@pytest.mark.parametrize(
    ("is_cancel", "wish", "settled"),
    [
        (True, Wish.CANCEL, ("cancel", {**FENCE, "result": "Cancelled while it was running"})),
        (False, Wish.GIVE_BACK, ("release", {"job_ids": [1], "run_token": TOKEN})),
    ],
    ids=["cancelled", "server stops"],
)
def test_a_job_is_told_first_and_killed_a_second_later(is_cancel, wish, settled):
    worker, runner, stopper = make()
    runner.wanted = [(1, "cancel")] if is_cancel else []
    for now in (200.0, 200.6, 200.9):
        stopper.watch(now, gives_back=not is_cancel)
        assert worker.wishes == [(wish, 1)], "it is told once"
        assert not worker.is_killed
    stopper.watch(200.0 + KILL_AFTER_SECONDS, gives_back=not is_cancel)
    assert worker.is_killed
    assert runner.settled == [settled]
    assert runner.counted == []


def test_a_wish_does_not_hit_the_next_job():
    worker, runner, stopper = make(jobs=(1, 2))
    runner.wanted = [(1, "cancel")]
    stopper.watch(200.0, gives_back=False)
    # The first one has ended, in whatever way, before anybody could look.
    worker.now = dataclasses.replace(worker.now, job_id=2)
    stopper.watch(300.0, gives_back=False)
    assert (worker.is_killed, worker.wishes) == (False, [(Wish.CANCEL, 1)])
    # Nor when the same job is run again by the same worker.
    stopper.forget_wish(worker)
    runner.wanted = []
    worker.now = dataclasses.replace(worker.now, job_id=1)
    stopper.watch(400.0, gives_back=False)
    assert not worker.is_killed


def test_the_rest_of_a_killed_pack_is_given_back():
    _worker, runner, stopper = make(jobs=(1, 2, 3), limit=10.0)
    stopper.watch(111.0, gives_back=False)
    assert [verb for verb, _params in runner.settled] == ["fail", "release"]
    assert runner.settled[1][1] == {"job_ids": [2, 3], "run_token": TOKEN}


def test_somebody_asks_where_a_job_stands():
    worker, runner, stopper = make()
    runner.wanted = [(1, "stack")]
    stopper.watch(200.0, gives_back=False)
    assert (worker.asked, stopper.is_asking) == (1, True)
    stopper.forget(worker)
    assert not stopper.is_asking


def test_people_are_asked_twice_a_second():
    _worker, runner, stopper = make()
    for now in (200.0, 200.1, 200.4, 200.5, 200.6):
        stopper.watch(now, gives_back=False)
    assert runner.looks == 2

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""In which order the supervisor does things, and what it does not keep.

A worker begins with the memory of the process that forks it. A supervisor that has read lists
of jobs makes workers that are over their limit before they have begun.
"""

import os
from multiprocessing import Pipe
from types import SimpleNamespace

import pytest

from odoo.addons.queue_job.engine import supervisor
from odoo.addons.queue_job.engine.status import Status
from odoo.addons.queue_job.engine.worker import Pack

WORKERS = 3
SETTINGS = SimpleNamespace(job_workers=WORKERS, root_capacity=None, stop_grace=0.0)


class Worker:
    """The supervisor's view of a worker."""

    def __init__(self, pid):
        self.pid = pid
        self.pipe, self.end = Pipe()
        self.status = Status()
        self.pack = self.notice = None
        self.is_busy = self.is_killed = False
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        self.pack, self.is_busy = message, True

    def close(self):
        self.pipe.close()
        self.end.close()
        self.status.close()


class Pool:
    """Forks nothing, and notes when it was asked to."""

    def __init__(self, size, _settings, _inherited):
        self.size = size
        self.handles = {}
        self.is_closing = False

    def fill(self):
        new = [Worker(pid) for pid in range(self.size) if pid not in self.handles]
        events.extend("fork" for _worker in new)
        self.handles.update((worker.pid, worker) for worker in new)
        return new

    def idle(self):
        return [handle for handle in self.handles.values() if not handle.is_busy]

    def busy(self):
        return [handle for handle in self.handles.values() if handle.is_busy]

    def reap(self, _forget):
        return []


class Runner:
    """The runner of a database in which no end of jobs waits."""

    dbname = "db"
    wakes_at = lease_until = 0.0
    has_hints = True

    def __init__(self):
        self.notices = []
        self.tokens = iter(range(1, 1000))

    def wants_look(self, _now):
        return True

    def claim(self, pids, _now):
        events.append(("claim", list(pids)))
        return [Pack("db", next(self.tokens), ((1, 0.0),)) for _pid in pids]

    def tick(self, _pids, _tokens, _now):
        return True

    def survey(self, _now):
        events.append("survey")

    def hint(self):
        pass

    def requests(self):
        return []


class Fleet:
    def __init__(self, _settings, _make_runner):
        self.runners = {"db": Runner()}

    def refresh(self, _now, _busy):
        pass

    park = refresh


class Listener:
    connection = None

    def __init__(self, _settings):
        pass

    def keep_open(self, _now):
        events.append("listen")


#: What happened, in order.
events = []


@pytest.fixture
def made(monkeypatch):
    events.clear()
    for double in (Pool, Fleet, Listener):
        monkeypatch.setattr(supervisor, double.__name__, double)
    made = supervisor.Supervisor(SETTINGS)
    yield made
    for worker in made._pool.handles.values():
        worker.close()
    made._selector.close()
    os.close(made._wakeup_read)
    os.close(made._wakeup_write)


def test_workers_are_forked_before_jobs_are_looked_at(made):
    # Not when there is work for them: by then the supervisor has read of jobs.
    made._fleet.runners["db"].wants_look = lambda _now: False
    made._step()
    assert events == ["fork"] * WORKERS + ["listen", "survey"]


def test_the_supervisor_takes_no_more_jobs_than_it_has_idle_workers(made):
    made._step()
    workers = list(made._pool.handles.values())
    assert events[: WORKERS + 1] == ["fork"] * WORKERS + ["listen"]
    assert events[WORKERS + 1 :] == [("claim", [0, 1, 2]), "survey"]
    # What it has claimed it has handed on in the same turn.
    assert [[pack.run_token for pack in worker.sent] for worker in workers] == [[1], [2], [3]]
    events.clear()
    made._step()
    assert events == ["listen", "survey"], "nobody is idle, so nothing is claimed"
    workers[1].is_busy = False
    made._step()
    assert events[2:] == ["listen", ("claim", [1]), "survey"]
    assert [len(worker.sent) for worker in workers] == [1, 2, 1]

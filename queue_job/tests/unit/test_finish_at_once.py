# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The end of a job that has said nothing to the database."""

from types import SimpleNamespace

import pytest
from psycopg2.extensions import STATUS_BEGIN, STATUS_READY

from odoo.addons.queue_job.engine import execution
from odoo.addons.queue_job.engine.execution import Run
from odoo.addons.queue_job.engine.lease import LeaseLost

ROW = {"id": 7, "run_token": 70, "attempt": 1, "uuid": "u", "model_name": "m", "method_name": "f"}


class Calls(list):
    """What was said to the database, and over which cursor."""

    def __init__(self, *, finished: bool = True, is_done: bool = False) -> None:
        super().__init__()
        self.finished = finished
        self.done = is_done

    def finish(self, cr, **values):
        self.append(("finish", cr.name, values["job_id"], values["run_token"], values["next_id"]))
        return self.finished

    def is_done(self, cr, **values):
        self.append(("is_done", cr.name, values["job_id"], values["attempt"]))
        return self.done


def succeed(calls: Calls, monkeypatch, *, status: int, take_next=lambda: None) -> Run:
    monkeypatch.setattr(execution.finish, "finish", calls.finish)
    monkeypatch.setattr(execution.finish, "is_done", calls.is_done)
    cursor = SimpleNamespace(
        name="job",
        connection=SimpleNamespace(status=status),
        commit=lambda: calls.append(("commit",)),
    )
    run = Run(
        cr=cursor,
        control=SimpleNamespace(name="control"),
        row=ROW,
        limit=0,
        bound=None,
        status=None,
        interrupter=SimpleNamespace(was_pulled=False),
        take_next=take_next,
        put_back=lambda job_id: calls.append(("put back", job_id)),
    )
    run._job_now = SimpleNamespace(recording=SimpleNamespace(flush=lambda: None), has_state=False)
    job = SimpleNamespace(
        retry=1,
        _result_text=lambda: None,
        _function_limits=lambda: SimpleNamespace(notify_user=False),
    )
    run._succeed(job, 0.001, is_first=True)
    return run


def test_a_job_without_transaction_ends_in_one_round_trip(monkeypatch):
    calls = Calls()
    run = succeed(calls, monkeypatch, status=STATUS_READY, take_next=lambda: 8)
    assert calls == [("finish", "control", 7, 70, 8), ("commit",)]
    assert run.is_next_begun


def test_a_job_with_a_transaction_ends_in_it(monkeypatch):
    calls = Calls()
    succeed(calls, monkeypatch, status=STATUS_BEGIN)
    assert calls == [("finish", "job", 7, 70, None), ("commit",)]


def test_a_lost_lease_keeps_nothing_and_gives_the_next_one_back(monkeypatch):
    calls = Calls(finished=False)
    with pytest.raises(LeaseLost):
        succeed(calls, monkeypatch, status=STATUS_READY, take_next=lambda: 8)
    assert calls[-1] == ("put back", 8)
    assert ("commit",) not in calls


def test_an_end_that_was_written_twice_is_no_lost_lease(monkeypatch):
    # The connection broke before the answer came, the statement was sent again, and the
    # row had no token any more.
    calls = Calls(finished=False, is_done=True)
    succeed(calls, monkeypatch, status=STATUS_READY)
    assert calls == [("finish", "control", 7, 70, None), ("is_done", "control", 7, 1), ("commit",)]

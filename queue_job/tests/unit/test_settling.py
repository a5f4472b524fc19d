# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settling jobs for workers that can't: kept until it succeeds, in nobody's way."""

import time

import psycopg2
import psycopg2.errors
import pytest

from odoo.addons.queue_job.engine.settling import Settling
from odoo.addons.queue_job.store import dependents, settle

ERROR = {"exc_name": "E", "exc_message": "m", "exc_info": "t"}


class Database:
    """What the store is asked, and what it answers: a value, or an error to raise."""

    def __init__(self, monkeypatch):
        self.answers = []
        self.asked = []
        self.released = []
        for verb in ("crash", "release", "fail", "cancel", "postpone"):
            monkeypatch.setattr(settle, verb, self._verb(verb))
        monkeypatch.setattr(dependents, "release", self._release)

    def _verb(self, verb):
        def ask(_cr, **params):
            self.asked.append((verb, params.get("job_id") or params.get("job_ids")))
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask

    def _release(self, _cr, parent_ids):
        self.released += sorted(parent_ids)


@pytest.fixture
def database(monkeypatch):
    return Database(monkeypatch)


@pytest.fixture
def settling():
    return Settling("db")


def test_a_job_found_dead_is_told_of(settling, database):
    settling.add("crash", {"job_ids": [1, 2], "run_token": 5})
    database.answers = [[(1, "failed"), (2, "pending")]]
    settling.run(None)
    [notice] = settling.notices
    assert (notice.dbname, notice.job_id) == ("db", 1)
    assert notice.values["exc_name"] == "JobFoundDead"
    # Also below the one that goes on: it may have been done for a moment already.
    assert database.released == [1, 2]
    assert not settling.is_needed


def test_a_settlement_that_comes_too_late_has_no_consequences(settling, database):
    settling.add("fail", {"job_id": 1, "run_token": 5, **ERROR})
    settling.add("cancel", {"job_id": 2, "run_token": 5, "result": ""})
    database.answers = [False, False]
    settling.run(None)
    assert settling.notices == []
    assert database.released == []


def test_a_failure_is_told_of_and_a_cancellation_is_not(settling, database):
    settling.add("fail", {"job_id": 1, "run_token": 5, **ERROR})
    settling.add("cancel", {"job_id": 2, "run_token": 5, "result": ""})
    settling.add("postpone", {"job_id": 3, "run_token": 5})
    database.answers = [True, True, True]
    settling.run(None)
    [notice] = settling.notices
    assert (notice.job_id, notice.values) == (1, ERROR)
    assert database.released == [1, 2]


def test_a_locked_row_is_tried_again_later(settling, database, caplog):
    settling.add("crash", {"job_ids": [1], "run_token": 5})
    settling.add("release", {"job_ids": [2], "run_token": 5})
    database.answers = [psycopg2.errors.LockNotAvailable(), [(2, "pending")]]
    settling.run(None)
    assert database.asked == [("crash", [1]), ("release", [2])]
    assert "somebody has locked the row of a job" in caplog.text
    assert settling.is_needed
    assert not settling.is_due(time.monotonic())
    assert settling.is_due(time.monotonic() + 10)
    database.answers = [[(1, "pending")]]
    settling.run(None)
    assert not settling.is_needed


def test_nothing_is_forgotten_when_the_database_goes_away(settling, database):
    for number in (1, 2):
        settling.add("release", {"job_ids": [number], "run_token": 5})
    database.answers = [psycopg2.OperationalError("gone")]
    with pytest.raises(psycopg2.OperationalError):
        settling.run(None)
    assert settling.is_due(time.monotonic())
    database.answers = [[], []]
    settling.run(None)
    assert [what for _verb, what in database.asked] == [[1], [1], [2]]


def test_what_can_never_be_written_is_given_up(settling, database, caplog):
    settling.add("fail", {"job_id": 1, "run_token": 5, **ERROR})
    settling.add("release", {"job_ids": [2], "run_token": 5})
    database.answers = [psycopg2.DataError("no such text"), []]
    settling.run(None)
    assert not settling.is_needed
    assert "could not settle" in caplog.text

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The cursor that a worker keeps: trusted for seconds, doubted when the server has hung up."""

import socket
from types import SimpleNamespace

import psycopg2
import pytest

from odoo.addons.queue_job.engine import kept_cursor
from odoo.addons.queue_job.engine.kept_cursor import KeptCursor


class Cursor:
    """An Odoo cursor whose connection is one end of a real socket."""

    def __init__(self, dbname: str) -> None:
        self.dbname = dbname
        self.closed = False
        self.said: list[str] = []
        self.ours, self.theirs = socket.socketpair()
        self.connection = SimpleNamespace(closed=0, fileno=self.ours.fileno)
        self.is_broken = False

    def execute(self, query, log_exceptions=True):
        assert not log_exceptions, "a connection that was ended is no error of ours"
        if self.is_broken:
            raise psycopg2.OperationalError("terminating connection")
        self.said.append(query)

    def rollback(self):
        self.said.append("ROLLBACK")

    def close(self):
        self.closed = True


class Registry:
    """What Odoo has loaded of a database."""

    def __init__(self) -> None:
        self.cursors: list[Cursor] = []
        self.asked: list[str] = []
        self.successor: Registry | None = None

    def check_signaling(self, cr):
        cr.execute(SimpleNamespace(code="SELECT signals", params=()))
        return self.successor or self

    def cursor(self):
        self.cursors.append(Cursor("db"))
        return self.cursors[-1]


class Control:
    """The worker's autocommit connection."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def execute(self, query, params):
        self.said.append(query)


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(value=1000.0)
    monkeypatch.setattr(kept_cursor, "time", SimpleNamespace(monotonic=lambda: now.value))
    return now


@pytest.fixture
def registry(monkeypatch, clock):
    registry = Registry()
    monkeypatch.setattr(kept_cursor, "Registry", lambda dbname: registry)
    yield registry
    for cursor in registry.cursors:
        cursor.ours.close()
        cursor.theirs.close()


@pytest.fixture
def kept():
    return KeptCursor()


def test_the_next_pack_gets_the_same_cursor_for_one_question(kept, registry):
    control = Control()
    _registry, first = kept.get("db", control)
    found, second = kept.get("db", control)
    assert found is registry
    assert second is first
    assert first.said == [], "nothing is said on the jobs' own cursor"
    assert control.said == ["SELECT signals"] * 2


def test_a_registry_that_was_loaded_anew_brings_a_new_cursor(kept, registry):
    _registry, first = kept.get("db", Control())
    registry.successor = Registry()
    found, second = kept.get("db", Control())
    assert found is registry.successor
    assert second is not first
    assert first.closed
    second.ours.close()
    second.theirs.close()


def test_after_a_silence_the_connection_is_asked_for_a_sign_of_life(kept, registry, clock):
    _registry, first = kept.get("db", Control())
    clock.value += kept_cursor._TRUST_SECONDS
    _registry, second = kept.get("db", Control())
    assert second is first
    assert first.said == ["SELECT 1", "ROLLBACK"]
    kept.get("db", Control())
    assert first.said == ["SELECT 1", "ROLLBACK"], "it has just answered"


def test_a_connection_that_is_dead_after_a_silence_is_replaced(kept, registry, clock):
    _registry, first = kept.get("db", Control())
    first.is_broken = True
    clock.value += kept_cursor._TRUST_SECONDS
    _registry, second = kept.get("db", Control())
    assert second is not first


def test_a_server_that_has_just_hung_up_is_noticed_without_waiting(kept, registry):
    _registry, first = kept.get("db", Control())
    first.is_broken = True
    first.theirs.close()
    _registry, second = kept.get("db", Control())
    assert second is not first


def test_a_server_that_only_says_something_keeps_its_connection(kept, registry):
    _registry, first = kept.get("db", Control())
    first.theirs.send(b"a parameter has changed")
    _registry, second = kept.get("db", Control())
    assert second is first
    assert first.said == ["SELECT 1", "ROLLBACK"]


@pytest.mark.parametrize("what", ["cursor", "connection", "database"])
def test_what_can_not_be_used_is_replaced(kept, registry, what):
    _registry, first = kept.get("db", Control())
    if what == "cursor":
        first.closed = True
    elif what == "connection":
        first.connection.closed = 2
    else:
        first.dbname = "another"
    _registry, second = kept.get("db", Control())
    assert second is not first


def test_giving_up_a_broken_cursor_raises_nothing(kept, registry, monkeypatch):
    _registry, first = kept.get("db", Control())

    def close():
        raise psycopg2.InterfaceError("connection already closed")

    first.close = close
    kept.close()
    kept.close()
    assert kept.get("db", Control())[1] is not first

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A database in trouble is left alone, and no other one is."""

import psycopg2
import pytest

from odoo.addons.queue_job.engine import link as link_module
from odoo.addons.queue_job.engine.link import Link


class Clock:
    """Time that passes when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


class Connection:
    """A connection to a database where all is well, as far as it knows."""

    closed = 0

    def cursor(self):
        return self

    def close(self):
        self.closed = 1


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(link_module, "time", clock)
    monkeypatch.setattr(link_module.connections, "connect", lambda *_args, **_kwargs: Connection())
    return clock


@pytest.fixture
def make(clock):
    return lambda name: Link(name, None, lambda: None)


def fail(_cr):
    raise psycopg2.errors.UndefinedColumn("column queue_job.state does not exist")


def work(_cr):
    return "done"


def test_trouble_with_one_database_stays_with_it(make, clock):
    broken, sound = make("broken"), make("sound")
    assert sound.attempt(work) == "done"
    assert broken.attempt(fail, default="nothing") == "nothing"
    # Nothing is even tried there for a while; elsewhere all goes on.
    assert broken.attempt(work) is None
    assert sound.attempt(work) == "done"
    assert broken.try_at > clock.now >= sound.try_at
    assert (broken.is_suspect, sound.is_suspect) == (True, False)
    assert (broken.is_open, sound.is_open) == (False, True)


def test_a_broken_database_is_left_alone_for_longer_and_longer(make, clock):
    broken = make("broken")
    pauses = []
    for _number in range(40):
        broken.attempt(fail)
        pauses.append(broken.try_at - clock.now)
        assert broken.attempt(work) is None
        clock.now = broken.try_at
    # There is chance in it: what grows is the bound, up to five minutes.
    for number, pause in enumerate(pauses):
        assert 0.99 < pause < min(300, 2**number) + 0.01
    assert max(pauses) > 16
    # Its first success ends the matter.
    assert broken.attempt(work) == "done"
    broken.attempt(fail)
    assert broken.try_at - clock.now == pytest.approx(1)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where connections lead, and how long anybody waits for an answer."""

import socket

import psycopg2
import pytest
from psycopg2 import extensions

from odoo.addons.queue_job.engine import patience
from odoo.addons.queue_job.engine.connections import _places


def test_one_host_is_left_to_libpq():
    assert list(_places({"host": "db", "port": 5432})) == [{}]
    assert list(_places({})) == [{}]


def test_each_host_of_a_list_is_tried_for_writing():
    writing = {"target_session_attrs": "read-write"}
    assert list(_places({"host": "a, b", "port": 5433})) == [
        {"host": "a", "port": "5433", **writing},
        {"host": "b", "port": "5433", **writing},
    ]
    assert list(_places({"host": "a,b", "port": "1,2"})) == [
        {"host": "a", "port": "1", **writing},
        {"host": "b", "port": "2", **writing},
    ]
    assert list(_places({"host": "a,b"})) == [{"host": "a", **writing}, {"host": "b", **writing}]


class Silent:
    """A connection that waits for an answer that does not come."""

    def __init__(self, sock):
        self.sock = sock

    def poll(self):
        return extensions.POLL_READ

    def fileno(self):
        return self.sock.fileno()


def test_nobody_waits_for_ever():
    ours, theirs = socket.socketpair()
    turns = []
    with ours, theirs, pytest.raises(psycopg2.OperationalError, match=r"answer within 0\.6 s"):
        patience.wait(Silent(ours), 0.6, lambda: turns.append(1))
    # Other things go on meanwhile.
    assert turns

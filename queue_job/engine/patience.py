# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An end to waiting for a database that does not answer.

A peer that vanished without a word says nothing, and a pooler between may go on taking
what is sent to it: neither keepalives nor the kernel's time-outs notice that. A
supervisor that hangs in one statement beats for none of its databases.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable

import psycopg2
from psycopg2 import extensions

# Nothing that a supervisor asks takes longer, connecting included: the database gives up
# on its statements before. Short enough to be tried a second time before a lease ends.
SECONDS = 6.0

# While it waits, other things go on this often.
_TURN_SECONDS = 0.5


def wait(connection, seconds: float, while_waiting: Callable[[], None] = lambda: None) -> None:
    """Wait until an asynchronous connection has done what it was asked for.

    :param connection: a psycopg2 connection, asynchronous or about to connect
    :param seconds: how long at most
    :param while_waiting: called twice a second
    :raises psycopg2.OperationalError: there was no answer; or what the database said
    """
    deadline = time.monotonic() + seconds
    while (state := connection.poll()) != extensions.POLL_OK:
        left = deadline - time.monotonic()
        if left <= 0:
            raise psycopg2.OperationalError(f"the database did not answer within {seconds:g} s")
        # While connecting it may change from one address to the next.
        is_ready = _wait_for_socket(
            connection.fileno(), state == extensions.POLL_WRITE, min(left, _TURN_SECONDS)
        )
        if not is_ready:
            while_waiting()


def wait_for_notify(connection, seconds: float) -> bool:
    """Wait until something is heard on a connection that listens.

    :param connection: a psycopg2 connection with no statement in progress
    :param seconds: how long at most
    :return: whether anything was; it is in ``connection.notifies``
    """
    deadline = time.monotonic() + seconds
    while not connection.notifies:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        _wait_for_socket(connection.fileno(), False, left)
        connection.poll()
    return True


def _wait_for_socket(descriptor: int, is_write: bool, seconds: float) -> bool:
    if hasattr(select, "poll"):  # not on Windows
        poller = select.poll()
        poller.register(descriptor, select.POLLOUT if is_write else select.POLLIN)
        return bool(poller.poll(seconds * 1000))
    read, write = ([], [descriptor]) if is_write else ([descriptor], [])
    return any(select.select(read, write, [], seconds))


def limit(while_waiting: Callable[[], None], seconds: float = SECONDS) -> None:
    """From now on nothing that this process asks of any database takes longer.

    psycopg2 knows no other way to give up on a statement. No connection may be open yet.

    :param while_waiting: called twice a second; it must not use a database
    """
    extensions.set_wait_callback(lambda connection: wait(connection, seconds, while_waiting))


def unlimited() -> None:
    """Undo :func:`limit`, in a forked child: jobs take their time."""
    extensions.set_wait_callback(None)

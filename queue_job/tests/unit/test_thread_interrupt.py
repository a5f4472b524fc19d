# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Interrupting a thread that no signal may reach."""

import threading
from unittest.mock import patch

import pytest

from odoo.addons.queue_job.engine import thread_interrupt
from odoo.addons.queue_job.engine.interrupt import JobInterrupt, Reason
from odoo.addons.queue_job.engine.thread_interrupt import ThreadInterrupter


class Connection:
    """Counts how often its statement is cancelled."""

    closed = 0

    def __init__(self):
        self.cancelled = threading.Event()

    def cancel(self):
        self.cancelled.set()


class Thread(threading.Thread):
    """Runs a job in a thread of its own."""

    def __init__(self, job):
        super().__init__(daemon=True)
        self._job = job
        self.ready = threading.Event()
        self.go_on = threading.Event()
        self.result = None

    def run(self):
        self.interrupter = ThreadInterrupter()
        self.connection = Connection()
        self.interrupter.begin(7)
        self.result = self._job(self)


def loop_for_ever(thread):
    try:
        with thread.interrupter.armed(thread.connection):
            thread.ready.set()
            while True:
                sum(range(100))
    except JobInterrupt as error:
        return error.reason


@pytest.mark.parametrize("reason", list(Reason))
def test_a_loop_in_python_is_interrupted_with_the_reason(reason):
    thread = Thread(loop_for_ever)
    thread.start()
    thread.ready.wait()
    thread.interrupter.interrupt(reason, 7)
    thread.join(10)
    assert thread.result is reason
    assert thread.connection.cancelled.is_set()
    assert thread.interrupter.was_pulled


def test_an_interruption_for_another_job_is_void():
    thread = Thread(loop_for_ever)
    thread.start()
    thread.ready.wait()
    thread.interrupter.interrupt(Reason.CANCEL, 8)
    assert thread.interrupter.reason is None
    thread.interrupter.interrupt(Reason.CANCEL, 7)
    thread.join(10)
    assert thread.result is Reason.CANCEL


def test_nothing_is_raised_outside_of_the_job():
    def settle(thread):
        with thread.interrupter.armed(thread.connection):
            pass
        thread.ready.set()
        thread.go_on.wait(10)
        return sum(range(1000)) and "settled"

    thread = Thread(settle)
    thread.start()
    thread.ready.wait()
    thread.interrupter.interrupt(Reason.TIMEOUT, 7)
    thread.go_on.set()
    thread.join(10)
    assert thread.result == "settled"
    assert thread.interrupter.reason is Reason.TIMEOUT
    assert not thread.connection.cancelled.is_set()


def test_what_was_raised_and_not_yet_seen_is_taken_back():
    """It may be on its way when the job has just ended."""
    interrupter = ThreadInterrupter()
    interrupter.begin(7)
    with patch.object(thread_interrupt.ctypes, "pythonapi") as python:
        with interrupter.armed(Connection()):
            interrupter.interrupt(Reason.CANCEL, 7)
        raised, *_rest, last = python.PyThreadState_SetAsyncExc.mock_calls
    assert raised.args[1].value().reason is Reason.CANCEL
    assert last.args[1] is None

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Asking a worker where it stands."""

import os
import signal
import time
from types import SimpleNamespace

from odoo.addons.queue_job.engine.stack_dump import PATIENCE_SECONDS, StackFile, StackRequests
from odoo.addons.queue_job.engine.status import Running


def test_a_worker_tells_where_it_stands_though_c_code_holds_on():
    stack = StackFile()
    ready_read, ready_write = os.pipe()
    pid = os.fork()
    if not pid:
        stack.register()
        os.write(ready_write, b"x")
        sum(range(10**12))
        os._exit(0)
    try:
        os.read(ready_read, 1)
        for _time in range(2):
            stack.ask(pid)
            end = time.monotonic() + 10
            while "test_a_worker_tells" not in stack.read() and time.monotonic() < end:
                time.sleep(0.01)
            # Each answer is a new one, not added to the last.
            assert stack.read().count("in test_a_worker_tells") == 1
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        stack.close()


class FakeHandle:
    """As much of a worker as the requests look at."""

    def __init__(self, *dumps):
        self.pid = os.getpid()
        self.pack = SimpleNamespace(dbname="db")
        self.is_killed = False
        self.dumps = list(dumps)
        self.asked = 0
        self.status = SimpleNamespace(running=lambda: self.running)
        self.running = Running(7, 1, 0.0, 1.0, 0)
        self.stack = SimpleNamespace(ask=self.ask, read=self.read)

    def ask(self, _pid):
        self.asked += 1

    def read(self):
        return self.dumps.pop(0) if len(self.dumps) > 1 else self.dumps[0]


PLACE = 'Current thread 0x1 (most recent call first):\n  File "/a.py", line 1 in f\n'


def test_an_answer_is_complete_when_nothing_is_added():
    handle, requests = FakeHandle("", PLACE[:50], PLACE, PLACE), StackRequests()
    requests.ask(handle, handle.running, 0.0)
    requests.ask(handle, handle.running, 0.1)
    assert handle.asked == 1, "one at a time"
    assert requests.is_waiting
    for now in (0.1, 0.2, 0.3):
        assert requests.answers(now) == []
    [(dbname, running, text)] = requests.answers(0.4)
    assert (dbname, running.job_id) == ("db", 7)
    assert 'File "/a.py", line 1, in f' in text
    assert not requests.is_waiting
    assert requests.last_words(handle, handle.running) == text


def test_a_silent_process_is_told_of():
    handle, requests = FakeHandle(""), StackRequests()
    requests.ask(handle, handle.running, 0.0)
    assert requests.answers(PATIENCE_SECONDS) == []
    [(_dbname, _running, text)] = requests.answers(PATIENCE_SECONDS + 1)
    assert "gave no answer" in text
    assert "(running)" in text


def test_the_answer_of_another_job_is_none():
    handle, requests = FakeHandle(PLACE), StackRequests()
    requests.ask(handle, handle.running, 0.0)
    handle.running = Running(8, 1, 0.0, 1.0, 0)
    assert requests.answers(0.1) == []
    assert not requests.is_waiting
    assert requests.last_words(handle, handle.running) == ""


def test_last_words_of_a_job_that_was_asked_right_now():
    handle, requests = FakeHandle("", PLACE[:50], PLACE, PLACE), StackRequests()
    assert requests.last_words(handle, handle.running) == "", "nobody asked"
    requests.ask(handle, handle.running, 0.0)
    assert "/a.py" in requests.last_words(handle, handle.running)
    requests.forget(handle)
    assert not requests.is_waiting
    assert requests.last_words(handle, handle.running) == ""


def test_last_words_are_not_waited_for_long():
    handle, requests = FakeHandle(""), StackRequests()
    requests.ask(handle, handle.running, 0.0)
    began = time.monotonic()
    assert requests.last_words(handle, handle.running) == ""
    assert time.monotonic() - began >= 0.2

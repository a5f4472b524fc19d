# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import faulthandler
import tempfile
import threading

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.stack_text import MAX_CHARS, readable

DUMP = """\
Thread 0x00007f1 (most recent call first):
  File "/x/threading.py", line 324 in wait
  File "/addons/queue_job/engine/watchdog.py", line 60 in run
  File "/x/threading.py", line 1045 in _bootstrap_inner

Thread 0x00007f2 (most recent call first):
  File "/addons/shop/pool.py", line 3 in fetch

Current thread 0x00007f3 (most recent call first):
  File "/addons/shop/models/order.py", line 12 in _send
  File "/addons/shop/models/order.py", line 7 in export
  File "/addons/queue_job/job.py", line 270 in perform
  File "/addons/queue_job/engine/execution.py", line 110 in _execute
  File "/usr/bin/odoo", line 8 in <module>
"""


def test_the_job_s_thread_comes_first_and_ours_are_left_out():
    text = readable(DUMP, lambda file, line: f"  text of {file.rpartition('/')[2]}:{line}\n")
    assert text == (
        "Thread of the job (most recent call last):\n"
        '  File "/addons/shop/models/order.py", line 7, in export\n'
        "    text of order.py:7\n"
        '  File "/addons/shop/models/order.py", line 12, in _send\n'
        "    text of order.py:12\n"
        "\n"
        "Another thread (most recent call last):\n"
        '  File "/addons/shop/pool.py", line 3, in fetch\n'
        "    text of pool.py:3"
    )


def test_outside_of_the_job_s_method_all_is_shown():
    dump = DUMP.replace(" in perform", " in load")
    assert "/usr/bin/odoo" in readable(dump, lambda *_args: "")


def test_a_job_s_own_watchdog_is_none_of_ours():
    dump = DUMP.replace("order.py", "queue_job/engine/watchdog.py")
    assert "in _send" in readable(dump, lambda *_args: "")


def test_nothing_to_read():
    assert readable("", lambda *_args: "") == ""
    assert readable("Fatal Python error: x", lambda *_args: "") == ""


def test_a_real_dump():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        text = readable(file.read(), lambda *_args: "source")
    stop.set()
    thread.join()
    assert "in test_a_real_dump\n    source" in text
    assert "in wait" in text


def test_long_dumps_are_cut():
    frames = '  File "/a.py", line 1 in f\n' * 5000
    text = readable(f"Current thread 0x1 (most recent call first):\n{frames}", lambda *_args: "")
    assert len(text) == MAX_CHARS + 2


@given(st.text())
def test_any_text_can_be_read(text):
    readable(f"{DUMP}\n{text}", lambda *_args: text)

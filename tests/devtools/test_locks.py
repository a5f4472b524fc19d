# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Two ./dev at once."""

import os
import subprocess
import sys
import threading

from devtools.environment import ROOT
from devtools.locks import file_lock

HOLDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from devtools.locks import file_lock
with file_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(path) -> subprocess.Popen:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"held\n"
    return holder


def test_free_lock_is_held_and_names_its_holder(tmp_path):
    path = tmp_path / "folder" / "lock"
    with file_lock(path) as held:
        assert held
        assert path.read_text() == str(os.getpid())


def test_second_one_is_told_or_waits(tmp_path):
    path = tmp_path / "lock"
    holder = start_holder(path)
    with file_lock(path, wait=False) as held:
        assert not held
    told = threading.Event()
    holders = []

    def on_wait(pid):
        holders.append(pid)
        told.set()

    def wait_for_it():
        with file_lock(path, on_wait=on_wait):
            holders.append("mine")

    waiter = threading.Thread(target=wait_for_it)
    waiter.start()
    assert told.wait(10)
    assert holders == [str(holder.pid)]
    holder.communicate()
    waiter.join(10)
    assert holders == [str(holder.pid), "mine"]


def test_killed_holder_leaves_no_lock(tmp_path):
    path = tmp_path / "lock"
    holder = start_holder(path)
    holder.kill()
    holder.communicate()
    with file_lock(path, wait=False) as held:
        assert held

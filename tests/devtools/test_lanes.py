# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Programs that run beside each other."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from devtools import lanes, process
from devtools.lanes import Task
from devtools.results import Counts

#: Waits until as many programs run as its argument says, and tells which port share it has.
TOGETHER = """
import os, pathlib, sys, time
folder, number = pathlib.Path(sys.argv[1]), int(sys.argv[2])
(folder / f"{os.getpid()}.here").touch()
deadline = time.monotonic() + 20
while len(list(folder.glob("*.here"))) < number and time.monotonic() < deadline:
    time.sleep(0.01)
print(os.environ["DEV_PORTS"], len(list(folder.glob("*.here"))))
"""
#: Leaves its process group, with a child, and says their ids.
FORKS = """
import os, pathlib, subprocess, sys, time
command = [sys.executable, "-c", "import time; time.sleep(60)"]
child = subprocess.Popen(command, start_new_session=True)
path = pathlib.Path(sys.argv[1])
path.with_suffix(".new").write_text(str(child.pid))
path.with_suffix(".new").rename(path)
time.sleep(float(sys.argv[2]))
"""


def task(tmp_path, name, code, *args, count=lambda status: Counts(passed=1)):
    command = [sys.executable, "-c", code, *map(str, args)]
    return Task(name, command, tmp_path / "logs" / f"{name}.log", count)


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_two_run_beside_each_other_with_ports_of_their_own(tmp_path):
    tasks = [task(tmp_path, name, TOGETHER, tmp_path, 2) for name in ("one", "two")]
    assert {one.name for one in lanes.run(tasks, 2)} == {"one", "two"}
    assert sorted(one.log.read_text() for one in tasks) == ["0/2 2\n", "1/2 2\n"]


def test_one_lane_keeps_the_order(tmp_path):
    tasks = [task(tmp_path, name, "print('x')") for name in "cab"]
    shown = []
    assert [one.name for one in lanes.run(tasks, 1, shown.append)] == ["c", "a", "b"]
    assert list(dict.fromkeys(filter(None, shown))) == ["c", "a", "b"]
    assert all(one.seconds > 0 for one in tasks)


def test_exit_status_is_counted(tmp_path):
    def count(status):
        return Counts(failed=status)

    [done] = lanes.run([task(tmp_path, "bad", "raise SystemExit(3)", count=count)], 2)
    assert done.counts().failed == 3


def test_an_interruption_ends_all_that_was_started(tmp_path):
    """Ctrl-C while two run: what they have started goes too, wherever it is."""
    found = [tmp_path / "one", tmp_path / "two"]
    running = [task(tmp_path, path.name, FORKS, path, 60) for path in found]

    def interrupted():
        # The third ends, and then somebody ends us.
        code = "import pathlib, sys, time\n"
        code += "while not all(pathlib.Path(one).exists() for one in sys.argv[1:]):\n"
        code += "    time.sleep(0.01)"
        for _done in lanes.run([*running, task(tmp_path, "last", code, *found)], 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    children = [int(path.read_text()) for path in found]
    assert process.wait_until(lambda: all(map(gone, children)), 10)
    assert all(one.has_ended() for one in running)


def test_what_a_program_leaves_behind_is_ended(tmp_path):
    path = tmp_path / "child"
    list(lanes.run([task(tmp_path, "leaves", FORKS, path, 0)], 1))
    assert process.wait_until(lambda: gone(int(path.read_text())), 10)


def test_other_programs_are_left_alone():
    environ = os.environ | {lanes.MARK_VARIABLE: "another"}
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=environ)
    try:
        with lanes.ending_marked("ours"):
            pass
        time.sleep(0.1)
        assert other.poll() is None
        with lanes.ending_marked("another"):
            pass
        assert other.wait(10) < 0
    finally:
        other.kill()


@pytest.mark.parametrize("is_good", [True, False])
def test_output_is_shown_when_something_failed(tmp_path, capsys, is_good):
    one = task(tmp_path, "part", "print('said')\nprint('SKIPPED [1] x.py: no network')")
    [done] = lanes.run([one], 1)
    counts = Counts(passed=1, skipped=1) if is_good else Counts(passed=1, failed=1)
    lanes.tell(done, counts)
    lines = capsys.readouterr().out.splitlines()
    assert ("said" in lines) is not is_good
    assert any("SKIPPED [1] x.py: no network" in line for line in lines)
    assert lines[-1].startswith(f"{'✓' if is_good else '✗'} part: {counts.line()} (")

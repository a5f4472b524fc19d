# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Programs that ./dev starts, and how they end."""

import shutil
import subprocess
import sys

import psutil
import pytest

from devtools import process
from devtools.errors import DevError

#: A server with a child, both deaf to a polite request.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    print(os.getpid(), flush=True)
while True:
    time.sleep(60)
"""
#: A ./dev that starts a program and is killed itself.
PARENT = """
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from devtools import process
child = process.popen([sys.executable, "-c", "import time; time.sleep(60)"], None)
print(child.pid, flush=True)
sys.stdin.read()
"""


def gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_output_goes_to_the_log(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-c", "import os; print(os.environ['WORD'])"]
    process.run(command, what="Saying it", log=log, environ={"WORD": "hello"})
    assert log.read_text() == "hello\n"


def test_failure_is_one_line_with_the_reason(tmp_path):
    log = tmp_path / "log"
    log.write_text("E: an older failure\n")
    command = [sys.executable, "-c", "print('first'); print('E: broken'); print('bye'); exit(3)"]
    with pytest.raises(DevError) as raised:
        process.run(command, what="Trying", log=log, way_on="try again")
    text = str(raised.value)
    assert text.startswith("Trying failed: E: broken; try again")
    assert str(log) in text


def test_missing_program(tmp_path):
    with pytest.raises(DevError, match="no-such-program isn't installed"):
        process.run(["no-such-program"], what="Trying", log=tmp_path / "log")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("x\nOSError: [Errno 28] No space left on device\n", "disk is full"),
        ("E: Temporary failure resolving 'mirror'\n", "no network"),
        ("NewConnectionError('...')\nERROR: No matching distribution\n", "can't be reached"),
        ("one\ntwo\n", "two; do it"),
        ("", "printed nothing"),
    ],
)
def test_known_reasons(output, words):
    assert words in process.explain(output, "do it")


def test_full_disk(tmp_path, monkeypatch):
    assert process.full_disk(tmp_path) == ""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=process.FULL - 1))
    assert process.full_disk(tmp_path) == "the disk is full; make room and start again"


def test_whole_group_ends_with_the_block():
    server = process.popen([sys.executable, "-c", STUBBORN], subprocess.PIPE)
    with process.ending(server, timeout=0.5):
        pid = int(server.stdout.readline())
        assert pid == server.pid
        children = [child.pid for child in psutil.Process(pid).children()]
    assert children
    assert server.poll() is not None
    assert all(process.wait_until(lambda child=child: gone(child), 10) for child in children)


def test_programs_end_when_dev_is_killed():
    root = str(process.Path(process.__file__).resolve().parent.parent)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child = int(parent.stdout.readline())
    assert not gone(child)
    parent.kill()
    parent.communicate()
    assert process.wait_until(lambda: gone(child), 10)


def test_package_manager_is_not_interrupted(tmp_path, monkeypatch, capsys):
    log = tmp_path / "log"
    code = (
        "import os, signal, time\n"
        "print('begun', flush=True)\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "time.sleep(0.5)\n"
        "print('ended', flush=True)\n"
    )
    with pytest.raises(KeyboardInterrupt):
        process.run([sys.executable, "-c", code], what="Trying", log=log, to_its_end=True)
    assert log.read_text() == "begun\nended\n"
    assert "Trying can't be interrupted" in capsys.readouterr().out


def test_package_manager_goes_on_when_dev_is_killed():
    root = str(process.Path(process.__file__).resolve().parent.parent)
    outliving = PARENT.replace(", None)", ", None, outlives=True)")
    parent = subprocess.Popen(
        [sys.executable, "-c", outliving, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child = int(parent.stdout.readline())
    # Not communicate(): the child has the same output, and keeps it open.
    parent.kill()
    parent.wait()
    assert not process.wait_until(lambda: gone(child), 0.5)
    psutil.Process(child).kill()
    parent.stdin.close()
    parent.stdout.close()


def test_captured_program():
    code = "import os, sys; print(sys.stdin.read() + os.environ['WORD']); sys.exit('bad')"
    result = process.capture([sys.executable, "-c", code], environ={"WORD": "b"}, text="a")
    assert (result.returncode, result.stdout, result.stderr) == (1, "ab\n", "bad\n")


def test_captured_program_ends_when_dev_is_killed(tmp_path):
    root = str(process.Path(process.__file__).resolve().parent.parent)
    pid_file = tmp_path / "pid"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from devtools import process\n"
        "code = 'import os, time; print(os.getpid(), file=open({!r}, \"w\")); time.sleep(60)'\n"
        "process.capture([sys.executable, '-c', code.format(sys.argv[2])])\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, root, str(pid_file)])
    assert process.wait_until(lambda: pid_file.exists() and pid_file.read_text().strip(), 20)
    child = int(pid_file.read_text())
    assert not gone(child)
    parent.kill()
    parent.wait()
    assert process.wait_until(lambda: gone(child), 10)

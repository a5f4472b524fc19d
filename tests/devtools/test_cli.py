# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The command line: help, wrong arguments, and errors in one line."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from devtools import bench, cli, running, testing
from devtools.environment import ROOT
from devtools.errors import DevError


def dev(*args: str) -> subprocess.CompletedProcess:
    # -S -E: no installed package is within reach, as on a new machine.
    return subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "dev"), *args],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def signals():
    """The command line takes over signals for good."""
    taken = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {sig: signal.getsignal(sig) for sig in taken}
    yield
    for sig, handler in before.items():
        signal.signal(sig, handler)


def test_help_lists_all_commands():
    result = dev("--help")
    assert result.returncode == 0
    assert all(name in result.stdout for name in cli.COMMANDS)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help_before_anything_is_set_up(command):
    result = dev(command, "--help")
    assert result.returncode == 0, result.stderr
    assert "--odoo PATH" in result.stdout


@pytest.mark.parametrize(
    "words",
    [[], ["fly"], ["run", "--fast"], ["run", "--port", "high"], ["run", "--workers=-1"]],
)
def test_wrong_arguments(words):
    result = dev(*words)
    assert result.returncode == 2
    assert "usage: ./dev" in result.stderr


def test_old_python_gets_a_sentence():
    code = (
        "import sys; sys.version_info = (3, 8, 1); sys.argv = ['dev'];"
        f"exec(compile(open({str(ROOT / 'dev')!r}).read(), 'dev', 'exec'))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.startswith("dev: Python 3.8 is too old")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminal_without_our_signs(encoding):
    """A check mark that it can't show is no reason to stop."""
    code = "from devtools import cli, console; cli.print_anywhere(); console.say('\u2713 done')"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert result.stdout == b"? done\n", result.stderr


def test_taken_port_is_refused_before_any_set_up(monkeypatch, capsys):
    def choose(wanted, preferred):
        raise DevError(f"Port {wanted} is taken", "choose another")

    monkeypatch.setattr(running.ports, "choose", choose)
    assert cli.main(["run", "--port", "8069"]) == 1
    assert capsys.readouterr().err == "dev: Port 8069 is taken: choose another\n"


@pytest.mark.parametrize(
    ("raised", "status", "text"),
    [
        (DevError("What\n went wrong", "do this"), 1, "dev: What went wrong: do this\n"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "the disk is full; make room"),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), 1, "your part of the disk is full"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_errors_are_one_line(monkeypatch, capsys, raised, status, text):
    def run(args):
        raise raised

    monkeypatch.setattr(testing, "run", run)
    assert cli.main(["test"]) == status
    error = capsys.readouterr().err
    assert text in error
    assert error.count("\n") == (1 if text else 0)


def test_our_own_mistakes_keep_their_traceback(monkeypatch):
    def run(args):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(testing, "run", run)
    with pytest.raises(OSError, match="Input/output"):
        cli.main(["test"])


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_termination_is_like_ctrl_c(monkeypatch, sig):
    # As in the background of a script, whose shell has Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def run(args):
        signal.raise_signal(sig)
        pytest.fail("the signal was ignored")

    monkeypatch.setattr(testing, "run", run)
    assert cli.main(["test"]) == 130


def test_nohup_is_respected(monkeypatch):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def run(args):
        signal.raise_signal(signal.SIGHUP)
        return 7

    monkeypatch.setattr(testing, "run", run)
    assert cli.main(["test"]) == 7


def test_arguments_of_workloads_are_passed_on(monkeypatch):
    seen = []
    monkeypatch.setattr(bench, "run", lambda args: seen.append(args.extra) or 0)
    assert cli.main(["bench", "--rounds", "1", "--odoo", "/odoo"]) == 0
    assert seen == [["--rounds", "1"]]

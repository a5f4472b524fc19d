# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Programs that ./dev starts: logged, told apart by process group, and ended with it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from . import console
from .errors import DevError

PR_SET_PDEATHSIG = 1
#: How long a server may take to stop before it is killed, in seconds.
STOP_TIMEOUT = 15.0

#: Words in a program's output that tell why it failed, with what the user can do.
REASONS = (
    ("No space left on device", "the disk is full; make room and start again"),
    ("Disk quota exceeded", "your part of the disk is full; make room and start again"),
    ("Temporary failure", "there is no network; connect and start again"),
    ("Could not resolve", "there is no network; connect and start again"),
    ("Name or service not known", "there is no network; connect and start again"),
    ("Network is unreachable", "there is no network; connect and start again"),
    ("Could not connect to", "there is no network; connect and start again"),
    ("Unable to connect to", "there is no network; connect and start again"),
    ("(from versions: none)", "the package index can't be reached; connect and start again"),
    ("NewConnectionError", "the package index can't be reached; connect and start again"),
)

#: Bytes below which a disk counts as full. A database server needs 16 MB at a time, and ends
#: without telling its clients why when there is no room for them.
FULL = 64 * 1024**2


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    log: Path,
    environ: Mapping[str, str] | None = None,
    way_on: str = "",
    cwd: Path | None = None,
    user: int | None = None,
    to_its_end: bool = False,
) -> None:
    """Run a program, its output in a log file.

    :param command: program and arguments
    :param what: what it is for, as it begins the error message, e.g. "Unpacking Odoo"
    :param log: the file its output is added to
    :param environ: variables on top of our own
    :param way_on: what the user can do when it fails for a reason that isn't told by its output
    :param cwd: where it runs
    :param user: numeric id of the user it runs as, with their group only; needs root
    :param to_its_end: neither Ctrl-C nor our own death ends it
    :raises DevError: it failed or isn't there
    """
    start = log.stat().st_size if log.exists() else 0
    with log.open("ab") as stream:
        try:
            process = popen(command, stream, environ, cwd=cwd, user=user, outlives=to_its_end)
        except FileNotFoundError:
            raise DevError(f"{what} failed: {command[0]} isn't installed", way_on) from None
        if to_its_end:
            status = wait_out(process, what)
        else:
            with ending(process):
                status = process.wait()
    if status:
        output = log.read_bytes()[start:].decode(errors="replace")
        raise DevError(f"{what} failed", f"{explain(output, way_on)} (all of it in {log})")


def capture(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str] | None = None,
    text: str | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it printed; it ends when we do.

    :param command: program and arguments
    :param environ: variables on top of our own
    :param text: its standard input, empty by default
    :param timeout: seconds it may take
    :return: exit status, output and errors as text
    :raises subprocess.TimeoutExpired: it took longer, and was killed
    """
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        input=text or "",
        timeout=timeout,
        env={**os.environ, **(environ or {})},
        preexec_fn=die_with_parent,
    )


def wait_out(process: subprocess.Popen, what: str) -> int:
    """Wait for a program that must not be interrupted; Ctrl-C takes effect when it has ended.

    :param process: one that :func:`popen` started
    :param what: what it is for
    :return: its exit status
    """
    try:
        return process.wait()
    except KeyboardInterrupt:
        console.say(f"\n  {what} can't be interrupted; waiting for its end ...")
        process.wait()
        raise


def explain(output: str, way_on: str = "") -> str:
    """Say in one line why a program failed.

    :param output: all it printed
    :param way_on: what to do when the output has no known reason
    """
    if advice := known_reason(output):
        return advice
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("e:", "error", "fatal"))]
    last = (errors or lines or ["it printed nothing"])[-1]
    return f"{last}; {way_on}" if way_on else last


def known_reason(text: str) -> str:
    """Say what the user can do about a failure whose reason is a well-known one.

    :param text: a program's output, or an error's text
    :return: reason and advice, empty for any other failure
    """
    return next((advice for words, advice in REASONS if words in text), "")


def full_disk(folder: Path) -> str:
    """Say what to do about a disk that is full, whatever the program that failed on it has said.

    :param folder: on that disk
    :return: reason and advice, empty when there is room
    """
    return REASONS[0][1] if shutil.disk_usage(folder).free < FULL else ""


def popen(
    command: Sequence[str | Path],
    output: IO[bytes] | int | None,
    environ: Mapping[str, str] | None = None,
    *,
    cwd: Path | None = None,
    user: int | None = None,
    interactive: bool = False,
    outlives: bool = False,
) -> subprocess.Popen:
    """Start a program in a process group of its own, so that we decide when it ends.

    :param command: program and arguments
    :param output: where both its outputs go, None for our own
    :param environ: variables on top of our own
    :param cwd: where it runs
    :param user: numeric id of the user it runs as; needs root
    :param interactive: it talks to the terminal and gets its Ctrl-C itself
    :param outlives: it goes on when we are killed
    :return: the process
    """
    identity = {} if user is None else {"user": user, "group": user_group(user), "extra_groups": []}
    return subprocess.Popen(
        [str(part) for part in command],
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        stdin=None if interactive else subprocess.DEVNULL,
        env={**os.environ, **(environ or {})},
        cwd=cwd,
        start_new_session=not interactive,
        # Between fork and exec it makes one system call, which no thread of ours can hinder.
        preexec_fn=None if interactive or outlives else die_with_parent,  # noqa: PLW1509
        **identity,
    )


def user_group(user: int) -> int:
    """Return the primary group of a user, by their numeric id."""
    import pwd

    return pwd.getpwuid(user).pw_gid


def die_with_parent() -> None:
    """Have this process ended by the kernel when ./dev dies without saying good-bye."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def ending(process: subprocess.Popen, timeout: float = STOP_TIMEOUT) -> Iterator[subprocess.Popen]:
    """End a program and all it started when the block is left, whatever the reason."""
    try:
        yield process
    finally:
        stop(process, timeout)


@contextlib.contextmanager
def ending_all(timeout: float = STOP_TIMEOUT) -> Iterator[list[subprocess.Popen]]:
    """End all programs that the block adds to a list when it is left, whatever the reason."""
    started: list[subprocess.Popen] = []
    try:
        yield started
    finally:
        stop_all(started, timeout)


def stop(process: subprocess.Popen, timeout: float = STOP_TIMEOUT) -> None:
    """Ask a program to end, then end its whole process group.

    :param process: one that :func:`popen` started
    :param timeout: seconds it may take
    """
    stop_all([process], timeout)


def stop_all(processes: Sequence[subprocess.Popen], timeout: float = STOP_TIMEOUT) -> None:
    """Ask programs to end, then end their whole process groups.

    :param processes: those that :func:`popen` started
    :param timeout: seconds they may take together
    """
    deadline = time.monotonic() + timeout
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Its children, and itself if it is still there. The group outlives its leader.
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT)


def kill_marked(variable: str, value: str) -> None:
    """Kill what has left its process group, and was not ended by who started it.

    :param variable: of the environment, that all have inherited
    :param value: no other program has it with this value
    """
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(variable) == value:
                process.kill()


def wait_until(check, timeout: float, interval: float = 0.1) -> bool:
    """Call a function until it is true or time is up; return whether it was true."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(interval)
    return False

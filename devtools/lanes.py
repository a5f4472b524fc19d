# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Parts of a test run beside each other, each in a process of its own with a log of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from . import console, ports, process
from .environment import ROOT
from .results import Counts

#: Every process that the tests start has this in its environment, with a value of this run's.
MARK_VARIABLE = "DEV_TEST_RUN"
#: Seconds that tests have to end what they have started when they are interrupted.
END_TIMEOUT = 60.0


@dataclasses.dataclass
class Task:
    """One part: a program that runs tests."""

    #: A few words for its line in the output.
    name: str
    #: Program and arguments.
    command: Sequence[str | Path]
    #: Where all it prints goes; the folder is made when missing.
    log: Path
    #: Given the program's exit status, returns what has been counted.
    count: Callable[[int], Counts]
    seconds: float = 0.0
    _begun: float = 0.0
    _process: subprocess.Popen | None = None

    def start(self, environ: Mapping[str, str]) -> subprocess.Popen:
        """Start the program.

        :param environ: variables on top of our own
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._begun = time.monotonic()
        with self.log.open("wb") as output:
            self._process = process.popen(self.command, output, environ, cwd=ROOT)
        return self._process

    def has_ended(self) -> bool:
        """Tell whether the program is through."""
        if self._process is None or self._process.poll() is None:
            return False
        self.seconds = time.monotonic() - self._begun
        return True

    def counts(self) -> Counts:
        """Return what has been counted, when it has ended."""
        assert self._process, "not started"
        return self.count(self._process.returncode)


def run(
    tasks: Sequence[Task], lanes: int, show: Callable[[str], None] = lambda names: None
) -> Iterator[Task]:
    """Run programs and yield each when it has ended.

    :param tasks: in the order in which they begin
    :param lanes: how many run at the same time
    :param show: told the names of those that run, again and again
    """
    mark = uuid.uuid4().hex
    waiting = list(tasks)
    places: list[Task | None] = [None] * lanes
    # Left by Ctrl-C, or whatever else ends us.
    with ending_marked(mark), process.ending_all(END_TIMEOUT) as started:
        while waiting or any(places):
            for number, place in enumerate(places):
                if place is None and waiting:
                    places[number] = waiting.pop(0)
                    environ = {MARK_VARIABLE: mark, ports.SHARE_VARIABLE: f"{number}/{lanes}"}
                    started.append(places[number].start(environ))
                elif place is not None and place.has_ended():
                    places[number] = None
                    yield place
            show(", ".join(place.name for place in places if place))
            time.sleep(0.05)


@contextlib.contextmanager
def ending_marked(mark: str) -> Iterator[None]:
    """Kill all processes with a mark in their environment when the block is left.

    :param mark: a value of :data:`MARK_VARIABLE`
    """
    try:
        yield
    finally:
        process.kill_marked(MARK_VARIABLE, mark)


def tell(task: Task, counts: Counts) -> None:
    """Say how a part has ended; all that it printed, when not all is well.

    :param task: that has ended
    :param counts: its outcome
    """
    output = task.log.read_text(errors="replace")
    if counts.failed:
        console.say(output.rstrip())
    else:
        for line in output.splitlines():
            if line.startswith("SKIPPED"):
                console.say(f"  {line}")
    mark = "✗" if counts.failed else "✓"
    console.say(f"{mark} {task.name}: {counts.line()} ({task.seconds:.1f} s)")

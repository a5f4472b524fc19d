# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""All cross-process tests: one pytest for each file, so that files can run beside each other.

The tests wait for most of their time: for a server to start, for a lease to end, for the next try.
A file's tests stay together and in order, as they share servers. Those marked ``alone`` measure
times, or use what there is only once: they have the machine to themselves.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from . import process
from .environment import CHECKOUT, ROOT
from .lanes import Task
from .results import Counts, failure, read_junit
from .workspace import Workspace

#: Files that take longer than a minute, in this order: one that began last would end alone.
LONGEST = (
    "test_connector_odoo.py",
    "test_half_open.py",
    "test_kills.py",
    "test_connector_prestashop.py",
    "test_crashes.py",
    "test_connector_magento.py",
    "test_copies.py",
    "test_demo_connectors.py",
    "test_limits_and_cancel.py",
    "test_jobs.py",
    "test_servers.py",
    "test_frozen.py",
    "test_unique_race.py",
    "test_big_graphs.py",
)
#: pytest's way to say that nothing was collected, as when a marker leaves out all of a file.
PYTEST_NOTHING = 5


class CannotCollect(Exception):
    """A file of tests can't be read; the text is what pytest says."""


def tasks(
    workspace: Workspace, tests: Sequence[str], *, quick: bool
) -> tuple[list[Task], list[Task]]:
    """Return what is to be run: what may run side by side, and what has to run alone.

    :param workspace: for logs and reports
    :param tests: folders, as pytest's arguments
    :param quick: without the tests marked slow
    :raises CannotCollect: a file can't be imported
    """
    folder = reports(workspace)
    shutil.rmtree(folder, ignore_errors=True)
    expressions = ["not alone", "alone"]
    if quick:
        expressions = [f"{one} and not slow" for one in expressions]
    beside, alone = (
        [make_task(file, count, markers, folder / kind) for file, count in ordered(files)]
        for kind, markers, files in zip(
            ("beside", "alone"), expressions, collect(tests, expressions), strict=True
        )
    )
    return beside, alone


def reports(workspace: Workspace) -> Path:
    """Return the folder of the files' logs and reports."""
    return workspace.logs / f"e2e{CHECKOUT}"


def make_task(file: str, tests: int, markers: str, folder: Path) -> Task:
    """Return the task that runs tests of a file.

    :param file: path in the repository
    :param tests: how many there are
    :param markers: pytest's expression that chooses them
    :param folder: of log and report
    """
    name = Path(file).stem
    report = folder / f"{name}.xml"
    return Task(
        name,
        [*pytest_command(markers), f"--junitxml={report}", file],
        folder / f"{name}.log",
        functools.partial(count, file, tests, report),
    )


def count(file: str, tests: int, report: Path, status: int) -> Counts:
    """Count the outcomes of a file's tests.

    :param file: whose
    :param tests: how many there are
    :param report: pytest's
    :param status: pytest's exit status
    """
    if not report.exists():
        return failure(f"{file}: pytest ended with status {status} and no report")
    counts = read_junit(report)
    ended = counts.passed + counts.failed + counts.skipped
    if ended < tests:
        counts += failure(f"{file}: only {ended} of {tests} tests have ended, status {status}")
    elif status and not counts.failed:
        counts += failure(f"{file}: pytest ended with status {status}")
    return counts


def pytest_command(markers: str) -> list[str | Path]:
    """Return the start of a command that runs pytest.

    :param markers: its expression of markers
    """
    return [sys.executable, "-m", "pytest", "--rootdir", ROOT, "-q", "-m", markers]


def collect(tests: Sequence[str], expressions: Sequence[str]) -> list[dict[str, int]]:
    """Find the files with tests, and how many each has.

    :param tests: pytest's arguments
    :param expressions: of markers
    :return: for each expression the files' paths in the repository, with their number of tests
    :raises CannotCollect: a file can't be imported
    """
    with process.ending_all() as started:
        for markers in expressions:
            command = [*pytest_command(markers), "--collect-only", *tests]
            started.append(process.popen(command, subprocess.PIPE, cwd=ROOT))
        outputs = [one.communicate()[0].decode(errors="replace") for one in started]
    found = []
    for one, output in zip(started, outputs, strict=True):
        if one.returncode not in (0, PYTEST_NOTHING):
            raise CannotCollect(output)
        files: dict[str, int] = {}
        for line in output.splitlines():
            file, separator, _test = line.partition("::")
            if separator and file.endswith(".py"):
                files[file] = files.get(file, 0) + 1
        found.append(files)
    return found


def ordered(files: dict[str, int]) -> list[tuple[str, int]]:
    """Return files with those first that take long."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    return sorted(
        files.items(), key=lambda item: (rank.get(Path(item[0]).name, len(rank)), item[0])
    )


def merge(workspace: Workspace) -> None:
    """Write one report of all files, of the same form as theirs."""
    root = ET.Element("testsuites")
    for report in sorted(reports(workspace).rglob("*.xml")):
        root.extend(ET.parse(report).getroot())
    target = workspace.logs / f"e2e{CHECKOUT}.xml"
    ET.ElementTree(root).write(target, encoding="utf-8", xml_declaration=True)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The parts of a test run: one after the other, or in processes of their own beside others."""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

from . import cli, console, e2e_tests, lanes, odoo_tests, process
from .environment import CHECKOUT, ROOT, Environment
from .linting import lint
from .results import Counts, failure, read_junit
from .selection import Selection
from .workspace import Workspace

#: Fields of a selection that can run beside others, and their names; the longest one comes first.
BESIDE = {"addons": "Odoo tests", "lint": "linters", "unit": "unit tests"}


def run(
    part: str, workspace: Workspace, environment: Environment, chosen: Selection, *, quick: bool
) -> Counts:
    """Run one part.

    :param part: a field of the selection
    :param workspace: for logs
    :param environment: the set-up
    :param chosen: what to run
    :param quick: without the slow tests
    """
    if part == "lint":
        return lint(chosen.lint)
    if part == "addons":
        log = workspace.logs / f"odoo-tests{CHECKOUT}.log"
        return odoo_tests.run(environment, chosen.addons, chosen.tags, log)
    return run_pytest(workspace, part, getattr(chosen, part), quick=quick)


def run_pytest(workspace: Workspace, name: str, arguments: Sequence[str], *, quick: bool) -> Counts:
    """Run pytest and count.

    :param workspace: for its report
    :param name: of the report
    :param arguments: what to run
    :param quick: without the tests marked slow
    """
    report = workspace.logs / f"{name}{CHECKOUT}.xml"
    report.unlink(missing_ok=True)
    command: list[str | Path] = [sys.executable, "-m", "pytest", f"--junitxml={report}"]
    command += ["--rootdir", ROOT, "-q", "--durations=5", "--durations-min=5"]
    if quick:
        command += ["-m", "not slow"]
    console.say(f"  Running the {name} tests ...")
    mark = uuid.uuid4().hex
    with lanes.ending_marked(mark):
        environ = {lanes.MARK_VARIABLE: mark}
        pytest = process.popen([*command, *arguments], None, environ, cwd=ROOT)
        with process.ending(pytest, lanes.END_TIMEOUT):
            status = pytest.wait()
    if status == e2e_tests.PYTEST_NOTHING:
        return Counts()
    if not report.exists():
        return failure(f"pytest ended with status {status} and no report")
    counts = read_junit(report)
    if status and not counts.failed:
        counts += failure(f"pytest ended with status {status}")
    return counts


def tasks(workspace: Workspace, chosen: Selection, *, quick: bool) -> list[lanes.Task]:
    """Return a task for each part that may run beside others.

    :param workspace: for logs
    :param chosen: what to run
    :param quick: without the slow tests
    """
    folder = workspace.logs / f"parts{CHECKOUT}"
    return [
        make_task(part, name, chosen, folder, quick=quick)
        for part, name in BESIDE.items()
        if getattr(chosen, part)
    ]


def make_task(part: str, name: str, chosen: Selection, folder: Path, *, quick: bool) -> lanes.Task:
    """Return the task that runs a part.

    :param part: a field of the selection
    :param name: for the output
    :param chosen: what to run
    :param folder: of its log
    :param quick: without the slow tests
    """
    order = {"part": part, "quick": quick, "chosen": dataclasses.asdict(chosen)}
    outcome = folder / f"{part}.json"
    outcome.unlink(missing_ok=True)
    return lanes.Task(
        name,
        [sys.executable, "-m", __name__, json.dumps(order, default=str), outcome],
        folder / f"{part}.log",
        functools.partial(read_outcome, name, outcome),
    )


def read_outcome(name: str, outcome: Path, status: int) -> Counts:
    """Return what a part in a process of its own has counted.

    :param name: the part's, for the output
    :param outcome: the file it has written
    :param status: its exit status
    """
    if not outcome.exists():
        return failure(f"{name}: ended with status {status} and no outcome")
    return Counts(**json.loads(outcome.read_text()))


def main(order: str, outcome: str) -> None:
    """Run one part in this process.

    :param order: what, as JSON
    :param outcome: path of the file that tells the end
    """
    # Whoever has started us ends us by a signal: what we have started has to end with us.
    cli.catch_signals()
    cli.print_anywhere()
    told = json.loads(order)
    fields = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in told["chosen"].items()
    }
    fields["lint"] = tuple(map(Path, fields["lint"]))
    chosen = Selection(**fields)
    counts = run(told["part"], Workspace(), Environment.load(), chosen, quick=told["quick"])
    Path(outcome).write_text(json.dumps(dataclasses.asdict(counts)))


if __name__ == "__main__":
    main(*sys.argv[1:])

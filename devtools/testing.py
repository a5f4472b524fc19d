# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev test``: linters, unit tests, Odoo test cases and cross-process tests, in this order."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import console, odoo_tests, peer_tests, process, selection, setup
from .environment import CHECKOUT, ROOT, Environment
from .errors import DevError
from .linting import lint
from .locks import file_lock
from .results import Counts, failure, read_junit
from .workspace import Workspace

#: pytest's way to say that nothing was collected, as when a marker leaves out all of a file.
PYTEST_NOTHING = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "pattern",
        nargs="?",
        metavar="PATTERN",
        help="an addon (queue_job), a file (tests/e2e/test_wheels.py), a test in it (file::test), "
        "or the name of a test (default: everything)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="leave out the slow tests (under 5 minutes)"
    )
    parser.add_argument(
        "--peers",
        action="store_true",
        help="the tests of published addons, run on ours, and nothing else; PATTERN is the "
        "name of one of them",
    )


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    workspace = Workspace()
    published = peer_tests.choose(args.pattern) if args.peers else []
    chosen = selection.Selection() if args.peers else selection.select(args.pattern)
    if args.quick and args.pattern is None:
        chosen = selection.without_slow_addons(chosen)
    setup.first_half(workspace, args.odoo)
    begun = time.monotonic()
    with file_lock(workspace.locks / f"test{CHECKOUT}", wait=False) as alone:
        if not alone:
            raise DevError("Another ./dev test runs in this checkout", "wait for its end")
        with setup.second_half(workspace, browser=chosen.needs_browser) as environment:
            if args.peers:
                counts = peer_tests.run(workspace, environment, published)
            else:
                counts = run_all(workspace, environment, chosen, quick=args.quick)
    for problem in counts.problems:
        console.say(f"✗ {problem}")
    if not counts.passed and not counts.failed:
        console.say("✗ not a single test was run")
    console.say(f"  {(time.monotonic() - begun) / 60:.1f} minutes")
    console.say(counts.line())
    return 0 if counts.good else 1


def run_all(
    workspace: Workspace, environment: Environment, chosen: selection.Selection, *, quick: bool
) -> Counts:
    """Run what was chosen.

    :param workspace: for logs
    :param environment: the set-up
    :param chosen: what to run
    :param quick: without the slow tests
    """
    counts = Counts()
    if chosen.lint:
        counts += lint(chosen.lint)
    if chosen.unit:
        counts += run_pytest(workspace, "unit", chosen.unit, quick=quick)
    if chosen.addons:
        counts += odoo_tests.run(
            environment, chosen.addons, chosen.tags, workspace.logs / f"odoo-tests{CHECKOUT}.log"
        )
    if chosen.e2e:
        counts += run_pytest(workspace, "e2e", chosen.e2e, quick=quick)
    return counts


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
    pytest = process.popen([*command, *arguments], None, cwd=ROOT)
    with process.ending(pytest):
        status = pytest.wait()
    if status == PYTEST_NOTHING:
        return Counts()
    if not report.exists():
        return failure(f"pytest ended with status {status} and no report")
    counts = read_junit(report)
    if status and not counts.failed:
        counts += failure(f"pytest ended with status {status}")
    return counts

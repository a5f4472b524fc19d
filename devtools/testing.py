# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev test``: linters, unit tests, Odoo test cases and cross-process tests."""

from __future__ import annotations

import argparse
import contextlib
import os
import time

from . import console, e2e_tests, lanes, parts, peer_tests, selection, setup
from .environment import CHECKOUT, Environment
from .errors import DevError
from .locks import file_lock
from .results import Counts, failure
from .workspace import Workspace

#: How many parts or files of cross-process tests run at the same time. The limits of time in the
#: tests are made for two on two cores.
LANES = min(2, os.cpu_count() or 1)


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
            elif chosen.e2e == (str(selection.E2E),):
                counts = run_all(workspace, chosen, quick=args.quick)
            else:
                counts = run_parts(workspace, environment, chosen, quick=args.quick)
    for problem in counts.problems:
        console.say(f"✗ {problem}")
    if not counts.passed and not counts.failed:
        console.say("✗ not a single test was run")
    console.say(f"  {(time.monotonic() - begun) / 60:.1f} minutes")
    console.say(counts.line())
    return 0 if counts.good else 1


def run_parts(
    workspace: Workspace, environment: Environment, chosen: selection.Selection, *, quick: bool
) -> Counts:
    """Run what was chosen, one part after the other.

    :param workspace: for logs
    :param environment: the set-up
    :param chosen: what to run
    :param quick: without the slow tests
    """
    counts = Counts()
    for part in ("lint", "unit", "addons", "e2e"):
        if getattr(chosen, part):
            counts += parts.run(part, workspace, environment, chosen, quick=quick)
    return counts


def run_all(workspace: Workspace, chosen: selection.Selection, *, quick: bool) -> Counts:
    """Run what was chosen, two parts or files of cross-process tests beside each other.

    :param workspace: for logs
    :param chosen: what to run
    :param quick: without the slow tests
    """
    try:
        beside, alone = e2e_tests.tasks(workspace, chosen.e2e, quick=quick)
    except e2e_tests.CannotCollect as error:
        console.say(str(error))
        return failure("pytest could not collect the e2e tests")
    beside = parts.tasks(workspace, chosen, quick=quick) + beside
    console.say(f"  Running {len(beside) + len(alone)} parts, {LANES} beside each other ...")
    counts, running = Counts(), console.Counter("Running")
    for tasks, number in ((beside, LANES), (alone, 1)):
        # Closed before PostgreSQL is, whatever interrupts us.
        with contextlib.closing(lanes.run(tasks, number, running.show)) as ended:
            for task in ended:
                running.clear()
                found = task.counts()
                lanes.tell(task, found)
                counts += found
        running.clear()
    e2e_tests.merge(workspace)
    return counts

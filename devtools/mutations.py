# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev mutations``: switch each mechanism off and see its tests fail.

What is switched off is declared in ``tests/mutations/mutations.toml`` (see :mod:`.mutants`). Each
mutation is made in a copy of the repository. Databases come from templates made with the code as
it is, so that the addons are installed again for a change of a data file only.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from . import console, mutants, setup
from .environment import ROOT
from .errors import DevError
from .mutants import Mutation
from .single_tests import FAILED, HUNG, NOT_RUN, PASSED, SingleTests, kind_of
from .workspace import Workspace

#: What a copy of the repository does without.
LEFT_OUT = (".git", ".dev", "__pycache__", "*.pyc", "node_modules", ".*_cache")
#: How each outcome of a test reads when its mechanism is off.
VERDICTS = {FAILED: "killed", PASSED: "survived", NOT_RUN: "not run", HUNG: "hung"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "row",
        nargs="*",
        metavar="ROW",
        help="a row of docs/reference/races-and-security.md, as in R3 (default: all of them)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="leave out the tests across processes (tests/e2e)"
    )
    parser.add_argument(
        "--only-mutated",
        action="store_true",
        help="don't see first that the tests pass as long as nothing is switched off",
    )


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of a test whose mechanism was off."""

    mutation: Mutation
    test: str
    outcome: str


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    chosen = choose(args.row, quick=args.quick)
    workspace = Workspace()
    setup.first_half(workspace, args.odoo)
    begun = time.monotonic()
    # Whoever works on this machine comes first: it takes long anyway.
    os.nice(5)
    with setup.second_half(workspace) as environment, tempfile.TemporaryDirectory() as folder:
        copy = make_copy(Path(folder))
        tests = SingleTests(environment, copy, workspace.logs / "mutations")
        if not args.only_mutated:
            see_all_pass(tests, chosen)
        results = [result for mutation in chosen for result in see_fail(tests, mutation, copy)]
    for line in table(results):
        console.say(line)
    console.say(f"  {(time.monotonic() - begun) / 60:.1f} minutes")
    console.say(summary(results))
    return 0 if all(result.outcome == FAILED for result in results) else 1


def choose(rows: Iterable[str], *, quick: bool) -> list[Mutation]:
    """Return the mutations of some rows, the cheap ones first.

    :param rows: their ids, in any case; none for all
    :param quick: without the tests across processes
    :raises DevError: there is no such row, or the declarations don't fit the code
    """
    wanted = [row.upper() for row in rows]
    known = mutants.page_rows()
    for row in wanted:
        if row not in known:
            raise DevError(f"There is no row {row}", f"there are: {', '.join(known)}")
    declared = mutants.read()
    if found := mutants.problems(declared, known):
        raise DevError("The mutations don't fit the code", "; ".join(found))
    chosen = [mutation for mutation in declared if not wanted or mutation.row in wanted]
    if quick:
        chosen = [
            dataclasses.replace(mutation, tests=tests)
            for mutation in chosen
            if (tests := tuple(test for test in mutation.tests if kind_of(test) != "e2e"))
        ]
    order = ("unit", "odoo", "e2e")
    return sorted(chosen, key=lambda one: max(order.index(kind_of(test)) for test in one.tests))


def make_copy(folder: Path) -> Path:
    """Copy the repository, to be changed at will.

    :param folder: where the copy goes
    :return: the copy; it has the name of the original, and so the same cached databases
    """
    copy = folder / ROOT.name
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (copy / ".dev").symlink_to((ROOT / ".dev").resolve())
    return copy


def see_all_pass(tests: SingleTests, chosen: list[Mutation]) -> None:
    """Run all tests with nothing switched off.

    :raises DevError: one of them does not pass
    """
    wanted = sorted({test for mutation in chosen for test in mutation.tests})
    with console.step(f"Running {len(wanted)} tests with nothing switched off"):
        outcomes = tests.run(wanted, "unmutated")
    if wrong := [f"{test} ({outcome})" for test, outcome in outcomes.items() if outcome != PASSED]:
        raise DevError(
            "Tests don't pass even with nothing switched off", f"{', '.join(wrong)}: {tests.logs}"
        )


def see_fail(tests: SingleTests, mutation: Mutation, copy: Path) -> list[Result]:
    """Switch a mechanism off and run its tests.

    :param mutation: what is switched off
    :param copy: where
    :return: a result for each test
    """
    with console.step(f"{mutation.row}: {mutation.says}") as step:
        changed = [change.file for change in mutation.changes]
        with mutants.switched_off(mutation, copy):
            outcomes = tests.run(mutation.tests, mutation.row, changed=changed, is_mutated=True)
        step.detail = ", ".join(VERDICTS[outcome] for outcome in outcomes.values())
        step.failed = any(outcome != FAILED for outcome in outcomes.values())
    return [Result(mutation, test, outcome) for test, outcome in outcomes.items()]


def table(results: list[Result]) -> list[str]:
    """Return all results as lines of a table, by row."""
    rows = list(mutants.page_rows())
    ordered = sorted(results, key=lambda result: rows.index(result.mutation.row))
    return [
        f"  {one.mutation.row:4} {VERDICTS[one.outcome]:9} {one.test}: {one.mutation.says}"
        for one in ordered
    ]


def summary(results: list[Result]) -> str:
    """Return the line that the command ends with."""
    found = [result.outcome for result in results]
    line = f"{found.count(FAILED)} killed, {found.count(PASSED)} survived"
    if unclear := len(found) - found.count(FAILED) - found.count(PASSED):
        line += f", {unclear} not clear"
    return line

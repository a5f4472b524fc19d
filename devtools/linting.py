# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev lint``: the linters alone, as the hooks of pre-commit call them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from . import console, setup
from .checks import CHECKS
from .environment import ROOT
from .results import Counts
from .workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--only",
        metavar="CHECK",
        choices=[check.name for check in CHECKS],
        help="one linter: %(choices)s",
    )
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders (default: all)")


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    setup.first_half(Workspace(), args.odoo, odoo=False)
    paths = [path.resolve() for path in args.paths] or [ROOT]
    counts = lint(paths, args.only)
    return 0 if counts.good else 1


def lint(paths: Sequence[Path], only: str | None = None) -> Counts:
    """Run the linters and print what they find.

    :param paths: files or folders, absolute
    :param only: name of a single linter
    :return: a passed or a failed one for each linter
    """
    counts = Counts()
    for check in CHECKS:
        if only and check.name != only:
            continue
        complaint = ""
        with console.step(check.name) as step:
            complaint = check.run(paths)
            step.failed = bool(complaint)
        if complaint:
            console.say(complaint)
            counts.failed += 1
            counts.problems.append(check.name)
        else:
            counts.passed += 1
    return counts

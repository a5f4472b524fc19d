# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev bench``: run the workloads in ``benchmarks/``."""

from __future__ import annotations

import argparse
import sys

from . import process, setup
from .environment import ROOT
from .errors import DevError
from .workspace import Workspace

#: All arguments that aren't ours are the workloads'.
PASS_ON = True
BENCHMARKS = ROOT / "benchmarks"


def workloads() -> list[str]:
    """Return the names of the workloads there are."""
    return sorted(path.stem.removeprefix("bench_") for path in BENCHMARKS.glob("bench_*.py"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.usage = "./dev bench [-h] [--odoo PATH] [WORKLOAD ...] [ARGUMENT ...]"
    parser.epilog = (
        f"Workloads: {', '.join(workloads()) or 'none'} (default: all of them). What follows is"
        " passed on to each of them: --rounds N, --slots N, --peer ADDONS_PATH, --out FOLDER and"
        " what benchmarks/ says of each."
    )


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    first = args.extra[0] if args.extra else ""
    known = workloads()
    if not known or (first and not first.startswith("-") and first not in known):
        raise DevError(f"There is no workload {first}", f"there are: {', '.join(known) or 'none'}")
    workspace = Workspace()
    setup.first_half(workspace, args.odoo)
    with setup.second_half(workspace):
        command = [sys.executable, "-m", "benchmarks", *args.extra]
        with process.ending(process.popen(command, None, cwd=ROOT)) as running:
            return running.wait()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev bench``: run the workloads in ``benchmarks/``."""

from __future__ import annotations

import argparse
import sys

from . import process, setup
from .environment import ROOT
from .errors import DevError
from .workspace import Workspace

BENCHMARKS = ROOT / "benchmarks"


def workloads() -> list[str]:
    """Return the names of the workloads there are."""
    return sorted(path.stem for path in BENCHMARKS.glob("bench_*.py"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "workload",
        nargs="?",
        help=f"one of: {', '.join(workloads()) or 'none yet'} (default: all of them)",
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on to the workload")


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    known = workloads()
    chosen = [args.workload] if args.workload else known
    if not chosen or set(chosen) - set(known):
        raise DevError(
            f"There is no workload {args.workload or ''}".strip(),
            f"there are: {', '.join(known) or 'none'}",
        )
    workspace = Workspace()
    setup.first_half(workspace, args.odoo)
    status = 0
    with setup.second_half(workspace):
        for name in chosen:
            command = [sys.executable, BENCHMARKS / f"{name}.py", *args.rest]
            environ = {"PYTHONPATH": str(ROOT)}
            with process.ending(process.popen(command, None, environ, cwd=ROOT)) as running:
                status = running.wait() or status
    return status

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Arguments that all workloads share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from devtools.environment import ROOT, Environment

from . import sides


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser of the shared arguments, to add others to."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    made.add_argument(
        "--peer",
        metavar="ADDONS_PATH",
        help="other addons with the same public API to run the same workload on, in turn",
    )
    made.add_argument(
        "--peer-packages", metavar="FOLDER", help="Python packages that the peer needs besides"
    )
    made.add_argument("--peer-workers", type=int, default=6, help="HTTP workers of the peer")
    made.add_argument("--rounds", type=int, default=3, help="rounds; the median is reported")
    made.add_argument("--slots", type=int, default=4, help="jobs that may run at once")
    made.add_argument("--db-template", help="database to start from, with Odoo's base installed")
    made.add_argument(
        "--out", type=Path, default=ROOT / ".dev" / "bench", help="folder for the results"
    )
    return made


def sides_of(args: argparse.Namespace) -> list[sides.Side]:
    """Return the sides that the arguments ask for, ours first."""
    if args.peer_packages:
        # Servers and scripts are processes of their own and inherit it.
        known = os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (known, args.peer_packages)))
    return sides.of(Environment.load(), args.peer, args.slots, args.peer_workers)

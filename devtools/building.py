# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev build``: an installable distribution of each addon."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import console, process, setup
from .environment import ROOT
from .errors import DevError
from .workspace import Workspace

SETUP = ROOT / "setup"


def distributions() -> list[str]:
    """Return the addons that have a distribution."""
    return sorted(path.parent.name for path in SETUP.glob("*/pyproject.toml"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("addons", nargs="*", metavar="ADDON", help="default: all of them")
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "dist",
        metavar="FOLDER",
        help="where the wheels go (default: dist)",
    )


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    known = distributions()
    if unknown := set(args.addons) - set(known):
        raise DevError(
            f"There is no {', '.join(unknown)} in setup", f"there are {', '.join(known)}"
        )
    workspace = Workspace()
    setup.first_half(workspace, args.odoo, odoo=False)
    for name in args.addons or known:
        with console.step(f"Building {name}") as step:
            step.detail = build(name, args.output.resolve(), workspace.logs / "build.log").name
    return 0


def build(addon: str, output: Path, log: Path) -> Path:
    """Build the wheel of an addon, with the tools of the virtual environment and no network.

    :param addon: technical name
    :param output: folder of the wheel
    :param log: where pip's output goes
    :return: the wheel
    """
    output.mkdir(parents=True, exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in output.glob("*.whl")}
    process.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            output,
            SETUP / addon,
        ],
        what=f"Building {addon}",
        log=log,
    )
    made = [path for path in output.glob("*.whl") if path.stat().st_mtime_ns != before.get(path)]
    if len(made) != 1:
        raise DevError(f"Building {addon} made {len(made)} wheels", f"see {log}")
    return made[0]

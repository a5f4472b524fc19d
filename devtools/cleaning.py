# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev clean``: remove what was set up."""

from __future__ import annotations

import argparse
import contextlib
import shutil

from . import console, postgres
from .errors import DevError
from .locks import file_lock
from .workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--cache", action="store_true", help="also the downloads kept in the user's cache folder"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    workspace = Workspace()
    if workspace.dev.exists():
        workspace.prepare()
        with contextlib.ExitStack() as stack:
            for name in ("run", "test", "setup"):
                held = stack.enter_context(file_lock(workspace.locks / name, wait=False))
                if not held:
                    raise DevError("Another ./dev is at work in this checkout", "stop it first")
            with console.step("Removing what was set up"):
                if binaries := postgres.find_binaries(workspace):
                    postgres.Cluster(workspace, binaries).stop()
                shutil.rmtree(workspace.dev)
    if args.cache and workspace.cache.exists():
        with console.step("Removing the downloads"):
            shutil.rmtree(workspace.cache)
    return 0

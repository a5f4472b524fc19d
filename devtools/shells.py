# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev shell`` and ``./dev psql``: look into a database by hand."""

from __future__ import annotations

import argparse
import shutil
import signal

from . import databases, postgres, process, setup
from .environment import Environment
from .errors import DevError
from .names import MAIN
from .workspace import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands' arguments."""
    parser.add_argument("database", nargs="?", default=MAIN, help="its name (default: %(default)s)")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="passed on as it is")


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    workspace = Workspace()
    setup.first_half(workspace, args.odoo)
    with setup.second_half(workspace) as environment:
        if args.database not in (known := databases.names(environment.postgres)):
            shown = ", ".join(name for name in known if not name.startswith("template"))
            raise DevError(
                f"There is no database {args.database!r}",
                f"there are {shown}; ./dev run makes {MAIN}",
            )
        build = shell_command if args.command == "shell" else psql_command
        program = build(workspace, environment, args.database)
        with process.ending(
            process.popen(
                [*program, *args.rest], None, environment.postgres.environ(), interactive=True
            )
        ) as running:
            # Ctrl-C is the program's: there it ends a statement, not the shell.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return running.wait()


def shell_command(workspace: Workspace, environment: Environment, database: str) -> list[str]:
    """Return the command line of Odoo's shell."""
    return [
        environment.python,
        environment.odoo_script,
        "shell",
        "--config=/dev/null",
        *environment.addons_options(tests=True),
        f"--data-dir={workspace.data}",
        f"--database={database}",
        "--no-http",
        "--log-level=warn",
    ]


def psql_command(workspace: Workspace, environment: Environment, database: str) -> list[str]:
    """Return the command line of psql.

    :raises DevError: there is none on the machine
    """
    binaries = postgres.find_binaries(workspace)
    inside = binaries / "psql" if binaries else None
    psql = str(inside) if inside and inside.exists() else shutil.which("psql")
    if not psql:
        raise DevError("There is no psql on this machine", "install PostgreSQL's client")
    return [psql, f"--dbname={database}"]

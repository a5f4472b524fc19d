# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The command line of ./dev."""

from __future__ import annotations

import argparse
import importlib
import io
import signal
import sys
from collections.abc import Sequence

from .errors import DevError
from .process import known_reason

#: Command, its module (which has ``add_arguments(parser)`` and ``run(args) -> exit status``), and
#: what it does. The modules are loaded one at a time: most need what only the set-up installs.
COMMANDS = {
    "run": ("running", "set up what is missing, start Odoo and import records through jobs"),
    "test": ("testing", "run the linters and all tests, or those that a pattern names"),
    "mutations": ("mutations", "switch mechanisms off one by one and see their tests fail"),
    "lint": ("linting", "run the linters alone"),
    "bench": ("bench", "run the benchmarks"),
    "translations": ("translations", "write the templates of texts, update the translations"),
    "shell": ("shells", "open a Python shell in a database, with Odoo's environment"),
    "psql": ("shells", "open PostgreSQL's shell in a database"),
    "build": ("building", "build the addons' installable distributions (wheels)"),
    "clean": ("cleaning", "stop what still runs and remove all that ./dev has set up"),
}


def make_parser(command: str | None) -> argparse.ArgumentParser:
    """Build the parser.

    :param command: the one whose arguments are needed; the others are only listed
    """
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="Run, test and build these addons. All it needs is set up below .dev/.",
        epilog="./dev COMMAND --help tells more.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        if name == command:
            sub.add_argument(
                "--odoo",
                metavar="PATH",
                help="an Odoo 19.0 to use (default: ODOO_PATH, an importable one, Debian's)",
            )
            importlib.import_module(f".{module}", __package__).add_arguments(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    :param argv: its name and arguments; by default those of the process
    :return: exit status
    """
    print_anywhere()
    words = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in words if word in COMMANDS), None)
    parser = make_parser(command)
    args, args.extra = parser.parse_known_args(words)
    module = importlib.import_module(f".{COMMANDS[args.command][0]}", __package__)
    if args.extra and not getattr(module, "PASS_ON", False):
        parser.error(f"unrecognized arguments: {' '.join(args.extra)}")
    catch_signals()
    try:
        return module.run(args)
    except DevError as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        # What a program of ours may meet anywhere, such as a full disk; PostgreSQL's errors too.
        if reason := known_reason(str(error)):
            return complain(f"{args.command} failed: {reason}")
        raise


def print_anywhere() -> None:
    """Let no sign that the terminal's encoding lacks, as a check mark in Latin-1, end us."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def catch_signals() -> None:
    """Have everything that was started stopped on the way out, whichever signal ends us."""
    # A script's shell starts what runs in the background deaf to Ctrl-C; `kill -INT` is meant.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        # Else it is nohup that has started us, to go on when the terminal is closed.
        signal.signal(signal.SIGHUP, interrupt)


def interrupt(signum: int, frame: object) -> None:
    """Turn a signal into what Ctrl-C raises."""
    raise KeyboardInterrupt


def complain(text: str) -> int:
    """Print an error in one line and return the exit status for it."""
    sys.stdout.flush()
    print(f"dev: {' '.join(text.split())}", file=sys.stderr, flush=True)
    return 1

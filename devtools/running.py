# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``./dev run``: Odoo with the addons, importing real records through jobs, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import time
import urllib.request

from . import console, odoo_config, ports, process, setup, showcase
from .environment import Environment
from .errors import DevError
from .locks import file_lock
from .names import MAIN, REMOTE
from .results import ERROR_LINE
from .workspace import Workspace

PREFERRED_PORT = 8069
START_TIMEOUT = 120
#: With less room than this, in bytes, an import can't go on.
SPACE_TO_RUN = 50 * 1024**2


def not_negative(text: str) -> int:
    """Read a number from the command line.

    :raises argparse.ArgumentTypeError: it is none, or below 0
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--reset", action="store_true", help="start over with new databases")
    parser.add_argument(
        "--port",
        type=int,
        help=f"where Odoo listens (default: {PREFERRED_PORT} or the next free one)",
    )
    parser.add_argument(
        "--workers",
        type=not_negative,
        default=0,
        metavar="N",
        help="HTTP worker processes (default: %(default)s, one threaded process)",
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="neither a second database nor an import"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    workspace = Workspace()
    # Before the long part of the set-up: a wrong wish is refused at once.
    port = ports.choose(args.port, PREFERRED_PORT)
    setup.first_half(workspace, args.odoo)
    with file_lock(workspace.locks / "run", wait=False) as alone:
        if not alone:
            raise DevError("Another ./dev run runs in this checkout", "stop it first")
        with setup.second_half(workspace) as environment:
            return serve(workspace, environment, args, port)


def serve(
    workspace: Workspace, environment: Environment, args: argparse.Namespace, port: int
) -> int:
    """Prepare the databases, start the servers, import, and wait for Ctrl-C.

    :param port: where the main server listens
    """
    demo = not args.no_demo
    if args.reset:
        showcase.forget(workspace, environment)
    key = showcase.prepare_remote(workspace, environment) if demo else ""
    showcase.prepare_main(workspace, environment, key)
    with contextlib.ExitStack() as stack:
        remote = None
        if demo:
            beside = ports.choose(None, port + 1 if port < ports.LAST else PREFERRED_PORT)
            remote = Server(workspace, environment, REMOTE, beside, workers=0)
            stack.enter_context(remote.running())
        main = Server(workspace, environment, MAIN, port, workers=args.workers)
        stack.enter_context(main.running())
        with console.step("Starting Odoo"):
            for server in filter(None, (remote, main)):
                server.wait_ready()
        pages = showcase.addresses(main.address, demo=demo)
        if remote:
            who = f"(login {showcase.LOGIN}, password {showcase.PASSWORD})"
            console.say(f"  Watch the jobs at {pages['Jobs']} {who}")
            run_import(workspace, environment, main, remote)
        console.say("")
        pages |= {"Login": showcase.LOGIN, "Password": showcase.PASSWORD, "Log": main.log_path}
        for label, text in pages.items():
            console.say(f"  {label + ':':<11}{text}")
        console.say("  Ctrl-C stops everything.")
        try:
            while True:
                for server in filter(None, (remote, main)):
                    server.check()
                time.sleep(0.5)
        except KeyboardInterrupt:
            # It takes some seconds, and who presses Ctrl-C again ends them halfway.
            console.say("\n  Stopping ...")
            raise


def run_import(
    workspace: Workspace, environment: Environment, main: Server, remote: Server
) -> None:
    """Import through jobs and show how far it is."""
    run = showcase.Import(environment, main.address, remote.address)
    run.start()

    def check() -> None:
        main.check()
        remote.check()
        # PostgreSQL and Odoo would go on trying.
        workspace.check_space(SPACE_TO_RUN)

    outcome = run.follow(check, main.log_path)
    console.say(f"✓ Imported: {outcome}, {showcase.imported_records(environment)}")


class Server:
    """One Odoo server on one database.

    :param workspace: for its configuration and its log
    :param environment: the set-up
    :param database: its name, also that of its files
    :param port: where it listens, on the loopback address
    :param workers: HTTP worker processes, 0 for a threaded server
    """

    def __init__(
        self,
        workspace: Workspace,
        environment: Environment,
        database: str,
        port: int,
        *,
        workers: int,
    ) -> None:
        self.environment = environment
        self.database = database
        self.address = f"http://{ports.LOOPBACK}:{port}"
        self.log_path = workspace.logs / f"{database}.log"
        name = "odoo.conf" if database == MAIN else f"{database}.conf"
        self.config_path = workspace.dev / name
        self.process: subprocess.Popen | None = None
        sections = {"options": {"workers": workers, "dbfilter": f"^{database}$"}}
        if database == MAIN:
            sections["queue_job"] = {"channels": "root:4"}
        odoo_config.write(self.config_path, environment, [database], port, sections=sections)

    @contextlib.contextmanager
    def running(self):
        """Have the server running while the block runs."""
        command = [
            self.environment.python,
            self.environment.odoo_script,
            "server",
            f"--config={self.config_path}",
        ]
        with self.log_path.open("wb") as log:
            self.process = process.popen(command, log)
        with process.ending(self.process):
            yield self

    def check(self) -> None:
        """Raise when the server has died.

        :raises DevError: it has
        """
        assert self.process
        if (status := self.process.poll()) is not None:
            text = self.log_path.read_text(errors="replace")
            lines = ERROR_LINE.findall(text) or text.strip().splitlines() or ["it wrote no log"]
            raise DevError(
                f"Odoo ended with status {status}", f"{lines[-1]} (all of it in {self.log_path})"
            )

    def wait_ready(self) -> None:
        """Wait until the server shows its login page.

        :raises DevError: it died or takes too long
        """

        def answers() -> bool:
            self.check()
            try:
                with urllib.request.urlopen(f"{self.address}/web/login", timeout=30) as response:
                    return response.status == 200
            except OSError:
                return False

        if not process.wait_until(answers, START_TIMEOUT):
            raise DevError(
                f"Odoo doesn't answer at {self.address}", f"see what it says in {self.log_path}"
            )

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Run the addons' Odoo test cases in one Odoo on one new database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from . import console, databases, manifests, ports, process
from .environment import Environment, find_addons
from .results import Counts, OdooLog

#: Lines that follow an error in the log and are shown with it.
SHOWN_AFTER_ERROR = 60


def run(environment: Environment, addons: tuple[str, ...], tags: str, log_path: Path) -> Counts:
    """Install addons in a new database and run their test cases.

    :param environment: the set-up
    :param addons: technical names
    :param tags: Odoo's ``--test-tags``
    :param log_path: where Odoo's whole log goes
    :return: what was counted
    """
    return run_log(environment, addons, tags, log_path).counts()


def run_log(
    environment: Environment,
    addons: tuple[str, ...],
    tags: str,
    log_path: Path,
    *,
    environ: Mapping[str, str] | None = None,
    is_known: Callable[[str, str], bool] = lambda logger, test: False,
) -> OdooLog:
    """Install addons in a new database, run their test cases and return what the log says.

    :param environment: the set-up
    :param addons: technical names
    :param tags: Odoo's ``--test-tags``
    :param log_path: where Odoo's whole log goes
    :param environ: further variables for Odoo
    :param is_known: tells of a logger and a test whether its failure needs not be shown
    """
    known = find_addons(tests=True)
    with console.step("Preparing a database for the Odoo tests"):
        # Published addons are none of ours: what ours need of Odoo is where they begin too.
        base = manifests.foreign_dependencies(known, addons) or databases.FOUNDATION
        template = databases.template(environment, base)
        database = f"test_{os.getpid()}"
        databases.create(environment, database, template)
    command = [
        environment.python,
        environment.odoo_script,
        "server",
        "--config=/dev/null",
        *environment.addons_options(tests=True),
        f"--data-dir={environment.data_dir}",
        f"--database={database}",
        f"--db-filter=^{database}$",
        f"--init={','.join(addons)}",
        f"--test-tags={tags}",
        "--stop-after-init",
        f"--http-interface={ports.LOOPBACK}",
        f"--http-port={ports.any_free()}",
        "--max-cron-threads=0",
    ]
    console.say(f"  Running the Odoo tests of {', '.join(addons)} ...")
    try:
        environ = {**environment.postgres.environ(), **(environ or {})}
        odoo = process.popen(command, subprocess.PIPE, environ)
        with process.ending(odoo):
            log = follow(odoo, log_path, is_known)
            status = odoo.wait()
    finally:
        databases.drop(environment, database)
    if status and not log.failed and not log.errors:
        log.errors.append(f"Odoo ended with status {status}, see {log_path}")
    return log


def follow(odoo: subprocess.Popen, log_path: Path, is_known: Callable[[str, str], bool]) -> OdooLog:
    """Read a log as it is written; show its errors with their tracebacks, and a bar.

    :param odoo: the process, its output a pipe
    :param log_path: where all lines go
    :param is_known: tells of a logger and a test whether its failure needs not be shown
    """
    log = OdooLog()
    bar = console.Counter("Odoo tests")
    shown = 0
    assert odoo.stdout
    with log_path.open("w") as stream:
        for raw in odoo.stdout:
            line = raw.decode(errors="replace").rstrip("\n")
            stream.write(f"{line}\n")
            stream.flush()
            meaning = log.feed(line)
            if meaning == "fail" and is_known(*next(reversed(log.failed))):
                shown = 0
            elif meaning in ("fail", "error"):
                bar.clear()
                shown = SHOWN_AFTER_ERROR
                console.say(line)
            elif shown and line[:4].isdigit():
                shown = 0
            elif shown:
                shown -= 1
                console.say(line)
            if meaning == "start":
                bar.show(len(log.started))
    bar.clear()
    return log

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What ``./dev run`` shows: two databases, and a connector that imports from one to the other."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import console, databases, demo_partners, manifests, process, rpc, scripts
from .environment import Environment, find_addons, hash_addons
from .errors import DevError
from .names import EXAMPLES, MAIN, REMOTE
from .stamps import Stamp
from .workspace import Workspace

#: Odoo's own addons whose demo data are worth importing.
REMOTE_ADDONS = ["contacts", "product"]
#: Odoo's demo data have 41 partners, 32 of them companies and their contacts: those get copies.
REMOTE_COPIES = 10
LOGIN = PASSWORD = "admin"
BACKEND_NAME = "Odoo demo database"
#: After this many seconds without a finished job the user is told where to look.
PATIENCE = 30

MAKE_KEY = """
admin = env(user=env.ref("base.user_admin").id)
result = admin["res.users.apikeys"]._generate(None, "Import", None)
"""
MAKE_BACKEND = """
env["odoo.backend"].create({"name": name, "url": "http://127.0.0.1", "database": database,
                            "login": login, "key": key, "version": "19.0"})
"""


@contextlib.contextmanager
def script_errors(what: str) -> Iterator[None]:
    """Say in one line what went wrong in a script.

    :param what: what it is for, as it begins the error message
    """
    try:
        yield
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        raise DevError(f"{what} failed", process.explain(str(error), "try again")) from error


def prepare_remote(workspace: Workspace, environment: Environment) -> str:
    """Have the database that records are imported from, with Odoo's own demo data.

    :param workspace: for the stamp
    :param environment: the set-up
    :return: an API key of its administrator
    """
    stamp = Stamp(
        workspace.stamps / f"{REMOTE}.json",
        [environment.odoo_version, REMOTE_ADDONS, REMOTE_COPIES],
    )
    notes = stamp.read()
    if notes and REMOTE in databases.names(environment.postgres):
        return notes["key"]
    stamp.clear()
    with console.step("Making a second database with Odoo's demo data") as step:
        databases.drop(environment, REMOTE)
        template = databases.template(environment, REMOTE_ADDONS, demo=True)
        databases.create(environment, REMOTE, template)
        with script_errors("Filling the second database"):
            partners = demo_partners.multiply(environment, REMOTE, REMOTE_COPIES)
            key = scripts.run(environment, REMOTE, MAKE_KEY)
        step.detail = f"{partners} partners"
    stamp.write(key=key)
    return key


def prepare_main(workspace: Workspace, environment: Environment, key: str) -> None:
    """Have the database with our addons, up to date with their source.

    :param workspace: for the stamp
    :param environment: the set-up
    :param key: API key of the other database, empty to go without it
    """
    known = find_addons()
    addons = [*find_addons(examples=False), *EXAMPLES]
    source = hash_addons([known[name] for name in addons])
    made = Stamp(workspace.stamps / f"{MAIN}.json", [environment.odoo_version, addons, key])
    notes = made.read()
    if notes is None or MAIN not in databases.names(environment.postgres):
        made.clear()
        with console.step(f"Installing {', '.join(addons)}"):
            databases.drop(environment, MAIN)
            base = manifests.foreign_dependencies(known)
            template = databases.template(environment, addons, base=base)
            databases.create(environment, MAIN, template)
        if key:
            with console.step("Connecting it to the second database"):
                values = {"name": BACKEND_NAME, "database": REMOTE, "login": LOGIN, "key": key}
                with script_errors("Connecting the databases"):
                    scripts.run(environment, MAIN, MAKE_BACKEND, **values)
    elif notes["source"] != source:
        with console.step("Upgrading the addons, as their source has changed"):
            try:
                databases.install(environment, MAIN, addons, upgrade=True)
            except DevError as error:
                raise DevError(f"{error}; ./dev run --reset starts over") from error
    made.write(source=source)


def forget(workspace: Workspace, environment: Environment) -> None:
    """Drop both databases and all templates, for ``--reset``."""
    with console.step("Dropping the databases"):
        for name in (MAIN, REMOTE):
            Stamp(workspace.stamps / f"{name}.json", None).clear()
            databases.drop(environment, name)
        for name in databases.names(environment.postgres):
            if name.startswith(databases.TEMPLATE_PREFIX):
                databases.drop(environment, name)


def call(address: str, model: str, method: str, *args: Any) -> Any:
    """Call a model's method in the main database.

    :param address: of its server
    :param model: the model's name
    :param method: a public one
    :param args: JSON's types
    :return: what it returned
    :raises DevError: it failed
    """
    try:
        return rpc.call(address, MAIN, LOGIN, PASSWORD, model, method, args)
    except rpc.RpcError as error:
        raise DevError(
            f"{model}.{method} failed", f"{error.message}; --reset starts over"
        ) from error


class Import:
    """One import run of the example connector.

    :param environment: the set-up
    :param address: of the server with our addons
    :param remote_address: of the server with the demo data
    """

    def __init__(self, environment: Environment, address: str, remote_address: str) -> None:
        self.environment = environment
        self.address = address
        self.remote_address = remote_address
        self.connection = databases.connect(environment.postgres, MAIN)
        self.begun = self._query("SELECT clock_timestamp() AT TIME ZONE 'UTC'")[0]

    def _query(self, statement: str, *params: Any) -> tuple:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchone()

    def start(self) -> None:
        """Ask the backend to import."""
        backends = call(self.address, "odoo.backend", "search", [["database", "=", REMOTE]])
        if not backends:
            raise DevError(f"There is no backend for {REMOTE}", "use --reset")
        call(self.address, "odoo.backend", "write", backends, {"url": self.remote_address})
        call(self.address, "odoo.backend", "action_import_all", backends)

    def progress(self) -> tuple[int, int, int]:
        """Return how many jobs of this run are settled, how many there are, how many failed."""
        return self._query(
            "SELECT count(*) FILTER (WHERE state IN ('done', 'failed', 'cancelled')),"
            " count(*), count(*) FILTER (WHERE state = 'failed')"
            " FROM queue_job WHERE date_created >= %s",
            self.begun,
        )

    def follow(self, check: Callable[[], None], log_path: Path) -> str:
        """Show a bar until all jobs are settled.

        :param check: called again and again, raises when a server has died
        :param log_path: named when nothing moves
        :return: what came of it, in a few words
        """
        bar = console.ProgressBar("Importing")
        begun = moved = time.monotonic()
        last = -1
        while True:
            check()
            done, total, failed = self.progress()
            now = time.monotonic()
            if done != last:
                last, moved = done, now
            note = f"jobs, {failed} failed" if failed else "jobs"
            if now - moved > PATIENCE:
                note += f", nothing moves: see {log_path}"
            bar.show(done, total, note)
            if total and done == total:
                break
            time.sleep(0.2)
        bar.finish()
        self.connection.close()
        text = f"{total} jobs in {now - begun:.1f} s"
        return f"{text}, {failed} of them FAILED" if failed else text


def imported_records(environment: Environment) -> str:
    """Say how many records the connector knows by now."""
    with contextlib.closing(databases.connect(environment.postgres, MAIN)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM odoo_res_partner),"
                " (SELECT count(*) FROM odoo_product_template)"
            )
            partners, products = cursor.fetchone()
    return f"{partners} partners and {products} products known"


def addresses(address: str, *, demo: bool) -> dict[str, str]:
    """Return what there is to look at in the browser.

    :param address: of the server with our addons
    :param demo: with what was imported
    :return: label to address
    """
    found = {"Jobs": "jobs"}
    if demo:
        found["Contacts"] = "action-connector_odoo.action_odoo_res_partner"
        found["Import"] = "action-connector_odoo.action_odoo_backend/1"
    return {label: f"{address}/odoo/{path}" for label, path in found.items()}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Fixtures of the cross-process tests; the classes they hand out are in ``harness``."""

from __future__ import annotations

import dataclasses
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Database, OdooServer

from devtools import databases, manifests, peers
from devtools.environment import Environment, Postgres, find_addons
from devtools.errors import DevError
from devtools.workspace import Workspace

_serial = itertools.count(1)


def pytest_configure() -> None:
    """Let fixtures end what they have started when ./dev is interrupted, or dies."""

    def interrupt(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


@pytest.fixture(scope="session")
def environment() -> Environment:
    """What ``./dev`` has set up (Odoo, Python, PostgreSQL)."""
    try:
        found = Environment.load()
    except FileNotFoundError:
        pytest.fail("Nothing is set up yet: run these tests with ./dev test", pytrace=False)
    try:
        databases.connect(found.postgres).close()
    except DevError as error:
        pytest.fail(f"{error}; run these tests with ./dev test", pytrace=False)
    return found


@pytest.fixture(scope="session")
def cluster(environment: Environment) -> Postgres:
    """How to reach the PostgreSQL server; ``superuser`` is empty on one that isn't ours."""
    return environment.postgres


@pytest.fixture(scope="session")
def template_db(environment: Environment) -> Callable[..., str]:
    """A function that returns the name of a cached database with addons installed.

    ``template_db()`` has all addons of the repository but the examples,
    ``template_db("queue_job")`` only those named; ``demo=True`` adds Odoo's demo data.
    """

    def get(*addons: str, demo: bool = False) -> str:
        chosen = list(addons) or list(find_addons(examples=False))
        # Odoo's own part is a template of its own: a change of ours doesn't install it again. It
        # has no more than is needed, as all servers of the tests load it.
        base = manifests.foreign_dependencies(find_addons(tests=True), chosen)
        return databases.template(environment, chosen, demo=demo, base=base)

    return get


@pytest.fixture(scope="session")
def published() -> Callable[..., peers.Unpacked]:
    """A function that fetches published addons by name and returns where they are.

    The test is skipped where the package index can't be reached and they aren't in the cache.
    """

    def get(*addons: str) -> peers.Unpacked:
        try:
            return peers.provide(Workspace(), addons)
        except DevError as error:
            if any(words in str(error) for words in peers.UNREACHABLE):
                pytest.skip(f"The published addons can't be had: {error}")
            raise

    return get


@pytest.fixture
def new_database(
    environment: Environment, template_db: Callable[..., str]
) -> Iterator[Callable[..., Database]]:
    """A function that makes a database for this test, dropped after it.

    It takes what ``template_db`` takes.
    """
    made: list[Database] = []

    def make(*addons: str, demo: bool = False) -> Database:
        template = template_db(*addons, demo=demo)
        name = f"e2e_{os.getpid()}_{next(_serial)}"
        database = Database(environment, name)
        made.append(database)
        databases.create(environment, name, template)
        # As after any copy: two databases must not take each other's identity.
        database.query(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
            " WHERE key = 'database.uuid'"
        )
        return database

    yield make
    for database in made:
        database.drop()


@pytest.fixture
def database(new_database: Callable[..., Database]) -> Database:
    """A database with all addons of the repository but the examples."""
    return new_database()


@pytest.fixture
def tenant(environment: Environment) -> Iterator[Environment]:
    """The set-up with a database role of its own.

    A server that is told of no database serves all that its role owns: none but those
    that the test makes.
    """
    if not environment.postgres.superuser:
        pytest.skip("needs a PostgreSQL server of our own, to make a role")
    role = f"e2e_{os.getpid()}_{next(_serial)}"
    own = dataclasses.replace(
        environment, postgres=dataclasses.replace(environment.postgres, user=role)
    )
    password = environment.postgres.password
    with databases.connect(environment.postgres, superuser=True).cursor() as cursor:
        cursor.execute(
            # It may do with copies of the templates what their owner may.
            f"CREATE ROLE {role} LOGIN CREATEDB PASSWORD %s IN ROLE {environment.postgres.user}",
            (password,),
        )
    yield own
    with databases.connect(environment.postgres, superuser=True).cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %s", (role,)
        )
        for (name,) in cursor.fetchall():
            databases.drop(own, name)
        cursor.execute(f"DROP ROLE {role}")


@pytest.fixture
def odoo_server(
    environment: Environment, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., OdooServer]]:
    """A function that starts an Odoo server for this test, killed after it if it still runs.

    ``odoo_server(database, queue_job={"channels": "root:2"}, options={"limit_time_real": 60})``;
    several databases are given as a list, all else is said at :class:`OdooServer`. ``start=False``
    returns it not started, ``wait=False`` before it answers.
    """
    started: list[OdooServer] = []

    def start(
        database: Database | str | list[Database | str],
        *,
        queue_job: dict[str, Any] | None = None,
        options: dict[str, Any] | None = None,
        start: bool = True,
        wait: bool = True,
        environment: Environment = environment,
        **kwargs: Any,
    ) -> OdooServer:
        chosen = database if isinstance(database, list) else [database]
        names = [one.name if isinstance(one, Database) else one for one in chosen]
        sections: dict[str, dict[str, Any]] = {"options": options or {}}
        if queue_job is not None:
            sections["queue_job"] = queue_job
        folder = tmp_path / f"server{len(started) + 1}"
        server = OdooServer(environment, folder, names, sections=sections, **kwargs)
        started.append(server)
        return server.start(wait=wait) if start else server

    yield start
    for server in started:
        server.kill()
    # The log of a failed test is what its reader wants next.
    report = getattr(request.node, "report_of_call", None)
    if report is not None and report.failed:
        for server in started:
            print(f"--- {server.log_path} ---\n{server.log[-8000:]}")
    elif errors := [line for server in started for line in server.unexpected_errors]:
        pytest.fail(
            "The server logged errors that the test didn't expect (server.expect_error):\n"
            + "\n".join(errors[:10]),
            pytrace=False,
        )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep the outcome of a test where its fixtures find it."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.report_of_call = report

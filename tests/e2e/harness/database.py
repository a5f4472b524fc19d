# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A real database of a test, asked in SQL or by code that Odoo runs in it."""

from __future__ import annotations

import contextlib
from typing import Any

from devtools import databases, scripts
from devtools.environment import Environment

from .waiting import wait_for


class Database:
    """A database made for a test and dropped after it.

    :param environment: the set-up
    :param name: its name
    """

    def __init__(self, environment: Environment, name: str) -> None:
        self.environment = environment
        self.name = name
        self._connection = None

    def connect(self, *, superuser: bool = False):
        """Open an autocommit psycopg2 connection of the test's own; the caller closes it.

        :param superuser: as the private server's superuser, where there is one
        """
        return databases.connect(self.environment.postgres, self.name, superuser=superuser)

    def query(self, statement: str, params: Any = None) -> list[tuple]:
        """Run a statement in a transaction of its own.

        :param statement: SQL with ``%s`` or ``%(name)s`` places
        :param params: their values
        :return: the rows, none for a statement that returns nothing
        """
        if self._connection is None or self._connection.closed:
            self._connection = self.connect()
        with self._connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, params: Any = None) -> Any:
        """Return the first column of the first row, None if there is no row."""
        rows = self.query(statement, params)
        return rows[0][0] if rows else None

    def wait(self, statement: str, params: Any = None, *, timeout: float = 30.0) -> Any:
        """Wait until a statement's first value is true.

        :param statement: SQL that selects one value
        :param params: its values
        :param timeout: seconds after which the test fails
        :return: that value
        """
        return wait_for(
            lambda: self.value(statement, params),
            timeout=timeout,
            message=lambda: f"{statement!r} in {self.name}; jobs by state: {self.job_states()}",
        )

    def job_states(self) -> dict[str, int]:
        """Return how many jobs there are in each state that occurs."""
        if not self.value("SELECT to_regclass('queue_job')"):
            return {}
        return dict(self.query("SELECT state, count(*) FROM queue_job GROUP BY state"))

    def failures(self) -> list[tuple[str, str, str]]:
        """Return method, error and its text of some jobs that failed."""
        return self.query(
            "SELECT method_name, exc_name, exc_info FROM queue_job WHERE state = 'failed' LIMIT 3"
        )

    def wait_jobs(self, *, timeout: float = 60.0, settled: tuple[str, ...] = ("done",)) -> None:
        """Wait until there are jobs and all of them are settled.

        :param timeout: seconds after which the test fails
        :param settled: the states that count
        """
        wait_for(
            lambda: (states := self.job_states()) and not set(states) - set(settled),
            timeout=timeout,
            message=lambda: (
                f"all jobs {'/'.join(settled)}; jobs by state: {self.job_states()}; "
                f"failed: {self.failures()}"
            ),
        )

    def run(self, code: str, *, timeout: float = 120.0, **variables: Any) -> Any:
        """Run Python in an Odoo of its own (``odoo shell``) and commit.

        :param code: the script; ``env`` is there, it may assign ``result`` (JSON's types)
        :param timeout: seconds after which the test fails
        :param variables: values (JSON's types) that the script finds under these names
        :return: what it assigned to ``result``
        :raises RuntimeError: it raised; the text holds its traceback
        """
        return scripts.run(self.environment, self.name, code, timeout=timeout, **variables)

    def disconnect(self) -> None:
        """Close the test's own connection, e.g. before the database is copied."""
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()

    def drop(self) -> None:
        """Drop the database, whoever is still connected."""
        self.disconnect()
        databases.drop(self.environment, self.name)

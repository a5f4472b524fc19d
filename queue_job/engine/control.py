# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The connection by which a worker settles its runs."""

from __future__ import annotations

import logging
import threading

import psycopg2

from . import connections

_logger = logging.getLogger(__name__)

# A pooler with load balancing sends a SELECT to a standby, which may lag behind: a worker
# would not find the job it was just handed. Pgpool-II sends what begins with a comment
# to the primary.
_TO_PRIMARY = "/*NO LOAD BALANCE*/ "


class Control:
    """An autocommit connection that comes back when it was lost.

    It lies idle for as long as a job takes, and firewalls, proxies and restarts end idle
    connections. What is said over it is fenced by a token, so it may be said twice.

    :param dbname: name of the database
    """

    def __init__(self, dbname: str) -> None:
        self.dbname = dbname
        self._connection = None
        # The worker's main thread and its watchdog share the connection.
        self._lock = threading.Lock()

    def cursor(self) -> ControlCursor:
        """A cursor of its own for each thread that asks.

        :raises psycopg2.OperationalError: the database can't be reached
        """
        self.connection()
        return ControlCursor(self)

    def connection(self, broken=None):
        """The connection, a new one when there is none but the broken one.

        :raises psycopg2.OperationalError: the database can't be reached
        """
        with self._lock:
            present = self._connection
            if present is None or present.closed or present is broken:
                self._close()
                self._connection = connections.connect(
                    self.dbname, application_name="odoo-queue-job-worker"
                )
            return self._connection

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.closed:
            connection.close()


class ControlCursor:
    """Used like a psycopg2 cursor; runs a statement again when its connection was dead."""

    # It logs no failures, so nobody has to ask it not to.
    is_quiet = True

    def __init__(self, control: Control) -> None:
        self._control = control
        self._cursor = None

    def __enter__(self):
        return self

    def __exit__(self, *_exception) -> None:
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    def another(self) -> ControlCursor:
        """A cursor of the same connection, for another thread."""
        return self._control.cursor()

    def execute(self, statement: str, params=None) -> None:
        """Run a statement.

        :raises psycopg2.OperationalError: the database can't be reached
        """
        connection = self._control.connection()
        try:
            self._execute(connection, statement, params)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            if not connection.closed:
                raise
            _logger.info(
                "%s: the connection of a job worker was lost, another one is opened",
                self._control.dbname,
            )
            self._execute(self._control.connection(connection), statement, params)

    def _execute(self, connection, statement: str, params) -> None:
        if self._cursor is None or self._cursor.connection is not connection:
            self._cursor = connection.cursor()
        self._cursor.execute(_TO_PRIMARY + statement, params)

    def __getattr__(self, name: str):
        return getattr(self._cursor, name)

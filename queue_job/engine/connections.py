# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Connections of the engine's own: autocommit, and honest about a dead peer."""

from __future__ import annotations

import psycopg2
import psycopg2.extensions

from odoo import sql_db

# A peer that vanished without a word (a pulled cable, a firewall that forgot the
# connection) is noticed within a lease and not after the kernel's two hours.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
    "connect_timeout": 5,
}


# One database must not keep a supervisor from the others, whose leases it holds: what
# waits for a lock (an upgrade, a VACUUM FULL) or takes too long is given up.
_LOCK_TIMEOUT_MS = 1_000
_STATEMENT_TIMEOUT_MS = 10_000


class ImpatientCursor(psycopg2.extensions.cursor):
    """Bounds each statement in time, for an autocommit connection.

    With SET LOCAL, in the statement's own transaction: a pooler may give the session to
    somebody else right afterwards, and refuses options at the start of it.
    """

    _LIMITS = (
        f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}; "
        f"SET LOCAL statement_timeout = {_STATEMENT_TIMEOUT_MS}; "
    )

    def execute(self, query, *params):
        """Run a statement; what it takes is psycopg2's."""
        return super().execute(self._LIMITS + query, *params)


def connect(
    dbname: str,
    settings=None,
    *,
    application_name: str = "odoo-queue-job",
    is_impatient: bool = False,
):
    """Open an autocommit (READ COMMITTED) connection to a database.

    :param dbname: name of the database
    :param settings: runner settings, whose ``db_params`` lead past a pooler to the
        primary; None goes where Odoo itself goes
    :param is_impatient: give statements up that take too long
    :return: a psycopg2 connection
    :raises psycopg2.OperationalError: the database can't be reached
    """
    _name, info = sql_db.connection_info_for(dbname)
    info = {**_KEEPALIVE, **info, "application_name": application_name}
    if settings is not None:
        info.update(settings.db_params)
    if is_impatient:
        info["cursor_factory"] = ImpatientCursor
    connection = psycopg2.connect(**info)
    connection.autocommit = True
    return connection


def end_with_client(cr) -> None:
    """Have the database end this cursor's session soon after its client is killed.

    Otherwise it goes on with the statement in progress, and holds the locks, until it
    has an answer to send. PostgreSQL 14 and later; a restart of a killed server would
    wait for the old one's locks otherwise.

    :param cr: an Odoo cursor on which nothing is pending
    """
    connection = cr.connection
    if connection.server_version < 140000 or getattr(connection, "ends_with_client", False):
        return
    cr.execute("SET client_connection_check_interval = 1000")
    cr.commit()
    connection.ends_with_client = True

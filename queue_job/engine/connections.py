# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Connections of the engine's own: autocommit, and honest about a dead peer."""

from __future__ import annotations

import psycopg2

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


def connect(dbname: str, settings=None, *, application_name: str = "odoo-queue-job"):
    """Open an autocommit (READ COMMITTED) connection to a database.

    :param dbname: name of the database
    :param settings: runner settings, whose ``db_params`` lead past a pooler to the
        primary; None goes where Odoo itself goes
    :return: a psycopg2 connection
    :raises psycopg2.OperationalError: the database can't be reached
    """
    _name, info = sql_db.connection_info_for(dbname)
    info = {**_KEEPALIVE, **info, "application_name": application_name}
    if settings is not None:
        info.update(settings.db_params)
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

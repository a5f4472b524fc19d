# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Connections of the engine's own: autocommit, and honest about a dead peer."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import psycopg2
import psycopg2.extensions

from odoo import sql_db

from . import patience

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

_SOCKET_OPTIONS = {
    "TCP_KEEPIDLE": "keepalives_idle",
    "TCP_KEEPINTVL": "keepalives_interval",
    "TCP_KEEPCNT": "keepalives_count",
    "TCP_USER_TIMEOUT": "tcp_user_timeout",
}

# The same from the other side: the database ends the session of a client that is gone,
# and with it the statement in progress and the locks. ``client_connection_check_interval``
# is of PostgreSQL 14.
_END_WITH_CLIENT = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
)
_CHECK_CLIENT = "; SET client_connection_check_interval = 1000"


# One database must not keep a supervisor from the others, whose leases it holds: what
# waits for a lock (an upgrade, a VACUUM FULL) or takes too long is given up.
_LOCK_TIMEOUT_MS = 1_000
_STATEMENT_TIMEOUT_MS = 5_000


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
    answer_within: float | None = None,
):
    """Open an autocommit (READ COMMITTED) connection to a database.

    Of several hosts it is the one that takes writes: after a failover, the new primary.

    :param dbname: name of the database
    :param settings: runner settings, whose ``db_params`` lead past a pooler to the
        primary; None goes where Odoo itself goes
    :param is_impatient: give statements up that take too long
    :param answer_within: seconds to connect; the connection is an asynchronous one then,
        whose user waits for answers with :func:`patience.wait`
    :return: a psycopg2 connection
    :raises psycopg2.OperationalError: the database can't be reached
    """
    _name, info = sql_db.connection_info_for(dbname)
    info = {**_KEEPALIVE, **info, "application_name": application_name}
    if settings is not None:
        info.update(settings.db_params)
    if is_impatient:
        info["cursor_factory"] = ImpatientCursor
    errors = []
    for place in _places(info):
        try:
            return _open({**info, **place}, answer_within)
        except psycopg2.OperationalError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    raise psycopg2.OperationalError("; ".join(str(error).strip() for error in errors))


def _places(info: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each host of a list with its port: libpq would wait for ever for the first one
    that does not answer, unless it may block."""
    hosts = str(info.get("host", "")).split(",")
    ports = str(info.get("port", "")).split(",")
    if len(hosts) < 2:
        yield {}
        return
    for number, host in enumerate(hosts):
        port = ports[number] if len(ports) == len(hosts) else ports[0]
        place = {"host": host.strip(), "target_session_attrs": "read-write"}
        yield {**place, "port": port.strip()} if port.strip() else place


def _open(info: dict[str, Any], answer_within: float | None):
    if answer_within is None:
        connection = psycopg2.connect(**info)
        connection.autocommit = True
        return connection
    connection = psycopg2.connect(**info, async_=True)
    try:
        patience.wait(connection, answer_within)
    except psycopg2.Error:
        connection.close()
        raise
    return connection


def notice_dead_peer(connection) -> None:
    """Set for Odoo's own connections what the engine's are opened with.

    A job would wait for hours for an answer that got lost, and its lease be kept up.

    :param connection: a psycopg2 connection; nothing is done for a Unix socket
    """
    if getattr(connection, "notices_dead_peer", False):
        return
    connection.notices_dead_peer = True
    # A copy of the descriptor: closing it leaves the connection's own open.
    with socket.socket(fileno=os.dup(connection.fileno())) as sock:
        if sock.family == getattr(socket, "AF_UNIX", None):
            return
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, _KEEPALIVE["keepalives"])
        for option, key in _SOCKET_OPTIONS.items():
            # Not every system has all of them.
            if hasattr(socket, option):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), _KEEPALIVE[key])


def end_with_client(cr) -> None:
    """Have the database end this cursor's session soon after its client is gone.

    Otherwise it goes on with the statement in progress, and holds the locks, until it
    has an answer to send; and where the network is gone, for two hours more. A restart
    of a killed server would wait for the old one's locks.

    It takes no snapshot, and lasts until a rollback, or until the connection goes back
    to Odoo's pool, which resets it: see :func:`ends_no_more`.

    :param cr: an Odoo cursor at the beginning of a transaction
    """
    connection = cr.connection
    if getattr(connection, "ends_with_client", False):
        return
    notice_dead_peer(connection)
    is_old = connection.server_version < 140000
    cr.execute(_END_WITH_CLIENT if is_old else _END_WITH_CLIENT + _CHECK_CLIENT)
    connection.ends_with_client = True


def ends_no_more(cr) -> None:
    """Note that what :func:`end_with_client` set has been undone."""
    cr.connection.ends_with_client = False

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Hearing the hints: one LISTEN connection for all databases of a server."""

from __future__ import annotations

import logging
import os

import psycopg2

from . import connections, patience
from .notifier import CHANNEL, MAINTENANCE_DATABASE

_logger = logging.getLogger(__name__)

# Between two tries to get (back) a connection that listens.
_RETRY_SECONDS = 5.0

# A pooler or a standby is there to stay: between two tries to listen through it.
_RETRY_REFUSED_SECONDS = 60.0

# A silent connection is asked for a sign of life this often: a half-open one never
# raises an error by itself.
_PING_SECONDS = 15.0

# How long a notification to ourselves may take; on a quiet machine it takes a millisecond.
_ECHO_SECONDS = 1.0


class Refused(Exception):
    """There is a connection, but nothing can be heard on it."""


class Listener:
    """Without a connection there are no hints and the runners poll every second."""

    def __init__(self, settings) -> None:
        self._settings = settings
        self._retry_at = 0.0
        self._ping_at = 0.0
        self._is_warned = False
        self.connection = None

    @property
    def descriptors(self) -> list[int]:
        return [] if self.connection is None else [self.connection.fileno()]

    def keep_open(self, now: float) -> None:
        """Open the connection if there is none, and make sure that it is alive.

        :param now: value of ``time.monotonic()``
        """
        if self.connection is not None and now >= self._ping_at:
            self._ping_at = now + _PING_SECONDS
            try:
                with self.connection.cursor() as cr:
                    cr.execute("SELECT 1")
            except psycopg2.Error as error:
                self._lost(error)
        if self.connection is None and now >= self._retry_at:
            self._open(now)

    def _open(self, now: float) -> None:
        connection = None
        try:
            connection = self._connect()
            with connection.cursor() as cr:
                self._check(connection, cr)
                cr.execute(f"LISTEN {CHANNEL}")  # pylint: disable=sql-injection
        except (psycopg2.Error, Refused) as error:
            is_refused = isinstance(error, (Refused, psycopg2.errors.ReadOnlySqlTransaction))
            self._retry_at = now + (_RETRY_REFUSED_SECONDS if is_refused else _RETRY_SECONDS)
            self._warn(error)
            if connection is not None and not connection.closed:
                connection.close()
            return
        self.connection = connection
        self._ping_at = now + _PING_SECONDS
        if self._is_warned:
            _logger.info("Job runner hears of new jobs at once again")
        self._is_warned = False

    def _connect(self):
        return connections.connect(
            MAINTENANCE_DATABASE, self._settings, application_name="odoo-queue-job-listener"
        )

    def _check(self, listening, cr) -> None:
        """Make sure that what is said elsewhere is heard here.

        A pooler in transaction mode takes LISTEN without complaint, for a session that
        somebody else gets the next moment.

        :param listening: the connection
        :param cr: a cursor of it
        :raises Refused: nothing is heard
        """
        cr.execute("SELECT pg_is_in_recovery()")
        if cr.fetchone()[0]:
            raise Refused("it is a standby, where LISTEN is refused")
        channel = f"{CHANNEL}_echo_{os.urandom(8).hex()}"
        cr.execute(f"LISTEN {channel}")  # pylint: disable=sql-injection
        # Over another connection: on its own, and at once, it would be heard anywhere.
        speaking = self._connect()
        try:
            with speaking.cursor() as other:
                other.execute("SELECT pg_notify(%s, '')", (channel,))
            is_heard = patience.wait_for_notify(listening, _ECHO_SECONDS)
        finally:
            speaking.close()
        cr.execute("UNLISTEN *")
        listening.notifies.clear()
        if not is_heard:
            raise Refused("a pooler stands before it that shares sessions, as in transaction mode")

    def hints(self) -> list[str]:
        """Names of the databases of which something was heard, without waiting."""
        if self.connection is None:
            return []
        try:
            self.connection.poll()
        except psycopg2.Error as error:
            self._lost(error)
            return []
        names = list(dict.fromkeys(notify.payload for notify in self.connection.notifies))
        self.connection.notifies.clear()
        return names

    def _lost(self, error: Exception) -> None:
        self._warn(error)
        # At once: an idle connection may have been closed by whoever stands between.
        self._retry_at = 0.0
        self.close()

    def _warn(self, error: Exception) -> None:
        if not self._is_warned:
            _logger.warning(
                "Job runner can't listen for new jobs on database %s (%s): it polls every second. "
                "Behind a pooler, set jobrunner_db_host and jobrunner_db_port to the database "
                "itself.",
                MAINTENANCE_DATABASE,
                str(error).strip().partition("\n")[0],
            )
        self._is_warned = True

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None and not connection.closed:
            connection.close()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Hearing the hints: one LISTEN connection for all databases of a server."""

from __future__ import annotations

import logging

import psycopg2

from . import connections
from .notifier import CHANNEL, MAINTENANCE_DATABASE

_logger = logging.getLogger(__name__)

# Between two tries to get (back) a connection that listens.
_RETRY_SECONDS = 5.0

# A silent connection is asked for a sign of life this often: a half-open one never
# raises an error by itself.
_PING_SECONDS = 15.0


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
            except psycopg2.Error:
                self._drop()
        if self.connection is None and now >= self._retry_at:
            self._retry_at = now + _RETRY_SECONDS
            self._open()

    def _open(self) -> None:
        try:
            connection = connections.connect(
                MAINTENANCE_DATABASE, self._settings, application_name="odoo-queue-job-listener"
            )
            with connection.cursor() as cr:
                cr.execute("SELECT pg_is_in_recovery()")
                if cr.fetchone()[0]:
                    connection.close()
                    self._warn("it is a standby, where LISTEN is refused")
                    return
                cr.execute(f"LISTEN {CHANNEL}")  # pylint: disable=sql-injection
        except psycopg2.Error as error:
            self._warn(str(error).strip().partition("\n")[0])
            return
        self.connection = connection
        if self._is_warned:
            _logger.info("Job runner hears of new jobs at once again")
        self._is_warned = False

    def hints(self) -> list[str]:
        """Names of the databases of which something was heard, without waiting."""
        try:
            self.connection.poll()
        except psycopg2.Error as error:
            self._warn(str(error).strip().partition("\n")[0])
            self._drop()
            return []
        names = list(dict.fromkeys(notify.payload for notify in self.connection.notifies))
        self.connection.notifies.clear()
        return names

    def _warn(self, reason: str) -> None:
        if not self._is_warned:
            _logger.warning(
                "Job runner can't listen for new jobs on database %s (%s): it polls every second. "
                "Behind a pooler, set jobrunner_db_host and jobrunner_db_port to the database "
                "itself.",
                MAINTENANCE_DATABASE,
                reason,
            )
        self._is_warned = True

    def _drop(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None and not connection.closed:
            connection.close()

    def close(self) -> None:
        self._drop()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A runner's connection to its database, and patience with a database in trouble."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import psycopg2

from ..rules.backoff import Backoff
from . import connections

_logger = logging.getLogger(__name__)

# Another node's claim holds the lock: look again shortly. If it goes on, somebody has
# locked a table, and each try costs the other databases of this server as long.
_LOCKED_SECONDS = 0.05
_LOCKED_LONGEST_SECONDS = 60.0

# A database that can't be reached, or can only be read, is tried again this often: jobs
# that run keep their lease when it was the connection alone that was lost.
_RECONNECT_SECONDS = 3.0


class Link:
    """One autocommit connection, opened when needed.

    Whatever goes wrong with the database puts it, and only it, in quarantine.

    :param dbname: name of the database
    :param settings: settings of this server
    :param connected: called when the connection is a new one
    """

    def __init__(self, dbname: str, settings, connected: Callable[[], None]) -> None:
        self.dbname = dbname
        self._connected = connected
        self._settings = settings
        self._connection = None
        self._trouble = Backoff()
        self._locked = Backoff(longest=_LOCKED_LONGEST_SECONDS)
        # Values of time.monotonic() before which nothing, and nothing that takes locks,
        # is to be tried.
        self.quarantined_until = 0.0
        self.locked_until = 0.0
        # The database may be gone: the list of all is to be read again.
        self.is_suspect = False

    @property
    def is_open(self) -> bool:
        return self._connection is not None and not self._connection.closed

    @property
    def descriptors(self) -> list[int]:
        return [self._connection.fileno()] if self.is_open else []

    @property
    def try_at(self) -> float:
        """When to try again what takes locks; in the past when all is well."""
        return max(self.quarantined_until, self.locked_until)

    def attempt(self, step: Callable, *args, default: Any = None) -> Any:
        """Call ``step(cursor, *args)``.

        :return: what it returned, ``default`` when the database was in trouble
        """
        if time.monotonic() < self.quarantined_until:
            # Every try may block for as long as a connect takes, and with it the others.
            return default
        try:
            result = step(self._cursor(), *args)
        except psycopg2.errors.LockNotAvailable as error:
            self._wait_for_lock(error)
        except psycopg2.Error as error:
            self._quarantine(error)
        else:
            if self._trouble.failures:
                _logger.info("%s: this database answers again", self.dbname)
            self._trouble.succeeded()
            return result
        return default

    def got_locks(self) -> None:
        """What takes locks has worked: the next lock in the way is a new matter."""
        self._locked.succeeded()

    def forgive(self) -> None:
        """End the quarantine."""
        self._trouble.succeeded()
        self.quarantined_until = 0.0

    def close(self) -> None:
        if self.is_open:
            self._connection.close()
        self._connection = None

    def _cursor(self):
        if not self.is_open:
            self._connection = connections.connect(
                self.dbname,
                self._settings,
                application_name="odoo-queue-job-runner",
                is_impatient=True,
            )
            self._connected()
        return self._connection.cursor()

    def _wait_for_lock(self, error: psycopg2.Error) -> None:
        is_first = not self._locked.failures
        pause = self._locked.failed()
        if is_first:
            pause = _LOCKED_SECONDS
        else:
            _logger.warning(
                "%s: %s: somebody has locked a table of the job queue. Next try in %.0f s.",
                self.dbname,
                _first_line(error),
                pause,
            )
        self.locked_until = time.monotonic() + pause

    def _quarantine(self, error: psycopg2.Error) -> None:
        pause = self._trouble.failed()
        if not self.is_open or isinstance(error, psycopg2.errors.ReadOnlySqlTransaction):
            # Nothing is wrong with the database itself: it comes back, or another does.
            pause = min(pause, _RECONNECT_SECONDS)
        self.quarantined_until = time.monotonic() + pause
        # A table that is missing for the first time: the addon is being uninstalled.
        is_normal = isinstance(error, psycopg2.errors.UndefinedTable)
        log = _logger.info if is_normal and self._trouble.failures == 1 else _logger.warning
        # Powers of two: a night without a database makes no long log.
        if not self._trouble.failures & (self._trouble.failures - 1):
            log(
                "%s: %s. This database is left alone for %.0f s, the others go on.",
                self.dbname,
                _first_line(error),
                pause,
            )
        self.is_suspect = True
        self.close()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__

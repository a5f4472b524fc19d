# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The Odoo cursor on which a worker's jobs run, kept from pack to pack."""

from __future__ import annotations

import logging
import select
import time
from contextlib import suppress
from typing import Any

import psycopg2

from odoo.modules.registry import Registry

from . import connections

_logger = logging.getLogger(__name__)

# Who stands between (firewall, proxy) forgets a connection after minutes of silence, never
# after seconds. Asking for a sign of life is a third of what an idle queue adds to a job.
_TRUST_SECONDS = 10.0


class KeptCursor:
    """Taking a cursor from Odoo's pool costs as much as half a job, so one is kept.

    A connection that broke meanwhile is found out before a job has begun.
    """

    def __init__(self) -> None:
        self._cr: Any = None
        # When the database last proved that it hears us on it.
        self._answered_at = 0.0

    def get(self, dbname: str, control) -> tuple[Registry, Any]:
        """The registry, up to date, and a cursor on which nothing is pending.

        :param dbname: name of the database
        :param control: cursor of an autocommit connection to it; what other processes
            signalled is read there: on the jobs' own cursor that would take four round
            trips (begin, a sign of life, the question, rollback) instead of one
        :raises psycopg2.OperationalError: the database can't be reached
        """
        present = Registry(dbname)
        registry = present.check_signaling(_Reader(control))
        if registry is not present or not self._is_usable(dbname):
            self.close()
            self._cr = registry.cursor()
            connections.ends_no_more(self._cr)
            self._answered_at = time.monotonic()
        return registry, self._cr

    def close(self) -> None:
        """Give the cursor up, in whatever state it is."""
        cr, self._cr = self._cr, None
        if cr is not None:
            with suppress(psycopg2.Error):
                cr.close()

    def _is_usable(self, dbname: str) -> bool:
        cr = self._cr
        if cr is None or cr.closed or cr.connection.closed or cr.dbname != dbname:
            return False
        is_trusted = time.monotonic() - self._answered_at < _TRUST_SECONDS
        if is_trusted and not _has_unread(cr.connection):
            return True
        try:
            # Quietly: somebody may have ended the connection with good reason (to copy
            # or rename the database), which is no error to be found in the log.
            cr.execute("SELECT 1", log_exceptions=False)
            cr.rollback()
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            _logger.info("%s: connected anew (%s)", dbname, str(error).strip())
            return False
        self._answered_at = time.monotonic()
        # What was set for the session holds: it was committed with an earlier job.
        return True


class _Reader:
    """A cursor as Odoo's registry wants one, on a connection that is not Odoo's."""

    def __init__(self, control) -> None:
        self._control = control

    def execute(self, query) -> None:
        self._control.execute(query.code, query.params)

    def fetchone(self) -> tuple:
        return self._control.fetchone()


def _has_unread(connection) -> bool:
    """Whether the server has said something by itself: nearly always, that it hangs up."""
    watch = select.poll()
    watch.register(connection.fileno(), select.POLLIN)
    return bool(watch.poll(0))

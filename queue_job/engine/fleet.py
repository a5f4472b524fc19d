# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The runners of a supervisor, one for each database that there is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from . import databases
from .runner import Runner

_logger = logging.getLogger(__name__)

# How often the list of databases is read, unless something makes us believe that it has
# changed.
_LIST_SECONDS = 30.0
_LIST_AGAIN_SECONDS = 1.0

# Each runner keeps a connection while it has work; of those that have none so many keep
# theirs. A server of a hundred databases would use up the database server's connections.
_IDLE_CONNECTIONS = 8


class Fleet:
    """
    :param make_runner: makes a runner of the database's name
    """

    def __init__(self, settings, make_runner: Callable[[str], Runner]) -> None:
        self._settings = settings
        self._make_runner = make_runner
        self._list_at = 0.0
        self._listed_at = 0.0
        self._existing: set[str] = set()
        self.runners: dict[str, Runner] = {}

    def refresh(self, now: float, busy: Collection[str]) -> None:
        """Make runners for new databases and forget those of databases that are gone.

        :param now: value of ``time.monotonic()``
        :param busy: databases of which a worker runs a job
        """
        for runner in self.runners.values():
            if runner.doubts_database():
                self._list_soon()
        if now < self._list_at:
            return
        self._list_at = now + _LIST_SECONDS
        self._listed_at = now
        names = databases.names(self._settings)
        if names is None:
            return
        for name in names:
            if name not in self.runners:
                self.runners[name] = self._make_runner(name)
        for name in set(self.runners) - set(names) - set(busy):
            _logger.info("%s: this database is gone", name)
            self.runners.pop(name).close()
        before, self._existing = self._existing, databases.existing()
        for name in (self._existing - before) & set(self.runners):
            # Named in the configuration before it was there.
            self.runners[name].try_again()

    def hint(self, dbname: str) -> None:
        """Something was enqueued in a database, maybe in one that has just been made."""
        if dbname in self.runners:
            self.runners[dbname].hint()
        elif dbname not in self._existing:
            self._list_soon()
        # Else other servers run its jobs.

    def _list_soon(self) -> None:
        self._list_at = min(self._list_at, self._listed_at + _LIST_AGAIN_SECONDS)

    def park(self, now: float, busy: Collection[str]) -> None:
        """Close connections of runners that have nothing to do, if there are too many."""
        connected = [runner for runner in self.runners.values() if runner.is_open]
        too_many = len(connected) - _IDLE_CONNECTIONS
        if too_many <= 0:
            return
        idle = [runner for runner in connected if runner.dbname not in busy and runner.is_idle(now)]
        idle.sort(key=lambda runner: runner.worked_at)
        for runner in idle[:too_many]:
            runner.park()

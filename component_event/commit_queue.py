# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Keeps what has to happen after the commit, and forgets what was rolled back.

Odoo's ``cr.postcommit`` goes with the whole transaction: what is put there inside a
savepoint is still called when only that savepoint is rolled back. So each entry is also
noted in a setting of the PostgreSQL transaction (``SET LOCAL``), which the server itself
takes back with a savepoint, whoever opened it and in whatever way. What the setting says
right before the commit is what counts.
"""

import itertools
import logging
from collections.abc import Callable
from typing import Any

import psycopg2.errors

_logger = logging.getLogger(__name__)

_KEY = "component_event.commit_queue"

#: numbers are unique in the process: a setting never speaks of another queue's entries
_blocks = itertools.count(1)
_BLOCK_SIZE = 1 << 32

# The setting holds ranges, like '4-17,21-21': an entry that follows the last one only
# changes the end of it, so its size doesn't grow with the number of entries.
_NOTE = """
    SELECT set_config(
        'component_event.kept',
        CASE
            WHEN kept LIKE '%%-' || %(previous)s
            THEN left(kept, -length(%(previous)s)) || %(number)s
            ELSE concat_ws(',', nullif(kept, ''), %(number)s || '-' || %(number)s)
        END,
        true
    )
    FROM (SELECT coalesce(current_setting('component_event.kept', true), '') AS kept) AS s
"""
_READ = "SELECT coalesce(current_setting('component_event.kept', true), '')"


class CommitQueue:
    """The entries of one transaction. Get it with :meth:`of`.

    :param cr: cursor of the transaction
    :param deliver: called after the commit with the database's name and the list of the
        entries that were not rolled back
    """

    def __init__(self, cr, deliver: Callable[[str, list], None]):
        self._cr = cr
        self._deliver = deliver
        self._next = next(_blocks) * _BLOCK_SIZE
        self._entries: dict[int, Any] = {}
        self._kept: list[tuple[int, int]] = []
        self._looked = False
        self._delivered = False

    @classmethod
    def of(cls, cr, deliver: Callable[[str, list], None]) -> "CommitQueue":
        """Return the queue of the current transaction of a cursor."""
        queue = cls.current(cr)
        if queue is None:
            queue = cr.postcommit.data[_KEY] = cls(cr, deliver)
            cr.postcommit.add(queue.run)
            _look_at_each_flush(cr)
        return queue

    @staticmethod
    def current(cr) -> "CommitQueue | None":
        """Return the queue of the current transaction of a cursor, if it has one."""
        return cr.postcommit.data.get(_KEY)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Any) -> None:
        """Add an entry.

        :param entry: anything that doesn't depend on the cursor
        """
        if self._delivered:
            # in a postcommit hook that runs after ours: there may be no further commit
            _logger.warning("Too late for a post-commit event: %s", entry)
            return
        number = self._next
        self._next += 1
        self._cr.execute(_NOTE, {"previous": str(number - 1), "number": str(number)})
        self._entries[number] = entry
        self._looked = False

    def look(self) -> None:
        """Read which entries the transaction still has."""
        if self._delivered:
            return
        try:
            self._cr.execute(_READ, log_exceptions=False)
        except psycopg2.errors.InFailedSqlTransaction:
            # its COMMIT will be a ROLLBACK that raises no error
            self._kept = []
        else:
            ranges = self._cr.fetchone()[0]
            self._kept = [
                tuple(int(number) for number in item.split("-"))
                for item in ranges.split(",")
                if item
            ]
        self._looked = True

    def run(self) -> None:
        """Deliver the entries that the transaction has committed, once."""
        if self._delivered:
            return
        if not self._looked:
            # only where a test calls the hooks without a commit
            self.look()
        self._delivered = True
        entries = [
            entry
            for number, entry in self._entries.items()
            if any(first <= number <= last for first, last in self._kept)
        ]
        self._entries.clear()
        if entries:
            self._deliver(self._cr.dbname, entries)


def _look_at_each_flush(cr) -> None:
    """Have the queue look at the setting as the last thing before each commit.

    A ``precommit`` hook wouldn't do: the rollback of a savepoint removes the hooks, and
    a hook runs once, at the first flush. The commit does begin with a flush, always.
    """
    if getattr(cr.flush, "_looks_at_commit_queue", False):
        return
    flush = cr.flush

    def flush_and_look():
        flush()
        queue = CommitQueue.current(cr)
        if queue is not None:
            queue.look()

    flush_and_look._looks_at_commit_queue = True
    cr.flush = flush_and_look

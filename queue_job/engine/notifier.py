# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Waking the runners after a commit that made work: a hint, never the truth.

One kept connection per process, outside the business transaction: NOTIFY inside it
would cost the commit about a third and serialise it with all other notifying commits
of the whole cluster. Whatever goes wrong here stays here: the runners poll anyway.
"""

from __future__ import annotations

import logging
import os
import threading
import time

import psycopg2

from ..rules.setting_keys import CRON
from ..store import cron
from . import configuration, connections, patience

_logger = logging.getLogger(__name__)

# LISTEN/NOTIFY name; the payload is the database's name. Sent on the maintenance
# database, so that a runner needs one listening connection for all databases.
CHANNEL = "queue_job"
MAINTENANCE_DATABASE = "postgres"

#: What Odoo's own scheduler listens to, in the same way.
CRON_CHANNEL = "cron_trigger"

# A burst of commits sends one hint per this many seconds. The first goes at once.
COALESCE_SECONDS = 0.005

# After a failure nothing is tried for so long: an enqueue must not pay for a
# database that refuses connections.
_FIRST_BACK_OFF = 1.0
_LAST_BACK_OFF = 60.0

# Nor may it wait for one that does not answer.
_ANSWER_SECONDS = 2.0

_DATA_KEY = "queue_job.notify"


def notify_after_commit(cr) -> None:
    """Send a hint for the cursor's database once its transaction has committed.

    Called as often as jobs are enqueued; one transaction sends one hint.
    """
    if _DATA_KEY in cr.postcommit.data:
        return
    cr.postcommit.data[_DATA_KEY] = True
    dbname = cr.dbname
    cr.postcommit.add(lambda: notify(dbname))
    if configuration.current().driver == CRON:
        # Nobody hears the hint: scheduled actions run what their triggers say.
        cr.precommit.add(lambda: cron.trigger(cr))
        cr.postcommit.add(lambda: wake_cron(dbname))


def wake_cron(dbname: str) -> None:
    """Have Odoo look for scheduled actions that are to run now. Never raises."""
    publish(CRON_CHANNEL, dbname)


def notify(dbname: str) -> None:
    """Send a hint now. Never raises."""
    _notifier.notify(dbname)


def publish(channel: str, payload: str) -> None:
    """Send something on another channel of the same connection. Never raises."""
    _notifier.publish(channel, payload)


class Notifier:
    """The sender: one connection, opened when first needed, dropped after a fork."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start afresh; run in every forked child.

        The lock may have been held by a thread that the child does not have, and the
        connection is the parent's (psycopg2 does not say goodbye on it from another
        process, so dropping the reference is enough).
        """
        self._lock = threading.Lock()
        self._connection = None
        self._sent: dict[str, float] = {}
        self._waiting: set[str] = set()
        self._retry_at = 0.0
        self._back_off = _FIRST_BACK_OFF

    def notify(self, dbname: str) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._sent.get(dbname, 0.0) < COALESCE_SECONDS:
                if dbname not in self._waiting:
                    self._waiting.add(dbname)
                    timer = threading.Timer(COALESCE_SECONDS, self._send_waiting, [dbname])
                    timer.daemon = True
                    timer.start()
                return
            self._send(dbname, now)

    def publish(self, channel: str, payload: str) -> None:
        with self._lock:
            self._send(payload, time.monotonic(), channel)

    def _send_waiting(self, dbname: str) -> None:
        with self._lock:
            self._waiting.discard(dbname)
            self._send(dbname, time.monotonic())

    def _send(self, payload: str, now: float, channel: str = CHANNEL) -> None:
        if channel == CHANNEL:
            self._sent[payload] = now
        if now < self._retry_at:
            return
        # Twice: the kept connection may have been closed by a restart or a pooler.
        for attempt in range(2):
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = _connect()
                with self._connection.cursor() as cr:
                    cr.execute("SELECT pg_notify(%s, %s)", (channel, payload))
                    patience.wait(self._connection, _ANSWER_SECONDS)
                self._back_off = _FIRST_BACK_OFF
                return
            except psycopg2.Error as error:
                self._drop()
                if attempt:
                    self._retry_at = now + self._back_off
                    _logger.warning(
                        "Job runners can't be woken (%s); they find new jobs by polling. "
                        "Next try in %d s.",
                        str(error).strip().splitlines()[0] if str(error).strip() else type(error),
                        self._back_off,
                    )
                    self._back_off = min(self._back_off * 2, _LAST_BACK_OFF)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.closed:
            connection.close()


def _connect():
    return connections.connect(
        MAINTENANCE_DATABASE,
        application_name="odoo-queue-job-notifier",
        answer_within=_ANSWER_SECONDS,
    )


_notifier = Notifier()
if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_notifier.reset)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Telling people and code that a job has failed, after that is on record."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..rules.retry import conflict_step
from .interrupt import Interrupter, JobInterrupt
from .status import Running, Status

_logger = logging.getLogger(__name__)

# The job's own limit is over, maybe because of a machine that does not answer, which
# ``on_fail`` may ask again: nobody holds a worker for ever.
TELL_SECONDS = 300.0


@dataclass(slots=True)
class Teller:
    """
    :param cr: an Odoo cursor, nothing pending on it
    """

    cr: Any
    status: Status
    interrupter: Interrupter

    def tell(self, row: dict[str, Any], values: dict[str, str]) -> None:
        """Tell the followers and call the job function's ``on_fail`` method.

        Each in a transaction of its own: an error in one is logged and changes nothing
        about the failure, nor about the other.

        :param row: the job's columns
        :param values: exc_name, exc_message, exc_info
        """

        def followers() -> None:
            env = api.Environment(self.cr, SUPERUSER_ID, {})
            self.cr.transaction.default_env = env
            env["queue.job"].browse(row["id"])._message_post_on_failure()

        def on_fail() -> None:
            from ..job import Job  # the models' floor, known once the registry is loaded

            env = api.Environment(self.cr, row["user_id"] or SUPERUSER_ID, {}, row["su"])
            job = Job._from_row(env, row)
            self.cr.transaction.default_env = job.env
            job.on_fail(values)

        self.guarded(row, followers, "The followers of failed job %s could not be told")
        self.guarded(row, on_fail, "The on_fail method of job %s raised an error")

    def guarded(self, row: dict[str, Any], step: Callable[[], None], message: str) -> bool:
        """Run and commit a step that may take its time, and may fail.

        :param row: the job's columns
        :param message: what is logged with the error, has a place for the job's uuid
        :return: whether it went well
        """
        try:
            for attempt in itertools.count(1):
                committed: list[bool] = []
                try:
                    self._once(row, step, committed)
                    return True
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    # Followers, mails and whatever on_fail writes are other people's too.
                    self._rollback()
                    again = conflict_step(attempt, 0)
                    if committed or self.interrupter.was_pulled or again.action != "now":
                        raise
                    time.sleep(again.seconds)
        except (Exception, JobInterrupt):
            self._rollback()
            if committed:
                # What was to be said is said: doing it again would say it twice.
                _logger.warning(
                    "What follows the commit of a step after the end of job %s failed",
                    row["uuid"],
                    exc_info=True,
                )
                return True
            _logger.exception(message, row["uuid"])
            return False
        finally:
            self.status.end()

    def _once(self, row: dict[str, Any], step: Callable[[], None], committed: list[bool]) -> None:
        """Run and commit a step; what its commit does first of all is to say so."""
        job_id = row["id"]
        backend_pid = self.cr.connection.get_backend_pid()
        self.interrupter.begin(job_id)
        self.status.begin(
            Running(job_id, row["run_token"] or 0, time.monotonic(), TELL_SECONDS, backend_pid)
        )
        self.cr.postcommit.add(lambda: committed.append(True))
        with self.interrupter.armed(self.cr.connection):
            step()
            self.cr.flush()
        self.cr.commit()

    def _rollback(self) -> None:
        self.interrupter.disarm()
        with suppress(psycopg2.InterfaceError):
            self.cr.rollback()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Telling people and code that a job has failed, after that is on record."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg2

from odoo import SUPERUSER_ID, api

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
        job_id = row["id"]
        try:
            backend_pid = self.cr.connection.get_backend_pid()
            self.interrupter.begin(job_id)
            self.status.begin(
                Running(job_id, row["run_token"] or 0, time.monotonic(), TELL_SECONDS, backend_pid)
            )
            with self.interrupter.armed(self.cr.connection):
                step()
                self.cr.flush()
            self.cr.commit()
            return True
        except (Exception, JobInterrupt):
            self.interrupter.disarm()
            _logger.exception(message, row["uuid"])
            with suppress(psycopg2.InterfaceError):
                self.cr.rollback()
            return False
        finally:
            self.status.end()

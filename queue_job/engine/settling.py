# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settling jobs in the place of workers that can't do it themselves any more."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from typing import Any

import psycopg2.errors

from ..store import dependents, settle
from .worker import FailureNotice

_logger = logging.getLogger(__name__)

# How long a job whose row somebody has locked is left alone: trying it again takes as
# long as the lock's time-out, in which the supervisor does nothing else.
_LOCKED_SECONDS = 5.0

# What a job is told that ran into trouble once too often.
_VERDICTS = {"crash": settle.DEAD, "disconnect": settle.DISCONNECTED}

_ENDED = ("done", "failed", "cancelled")
_ENDS = {"fail": "failed", "cancel": "cancelled"}


class Settling:
    """What is still to be settled in one database, kept until it succeeds.

    :param dbname: name of the database
    """

    def __init__(self, dbname: str) -> None:
        self._dbname = dbname
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._try_at = 0.0
        #: Jobs that failed with nobody there to say so: workers tell people of them.
        self.notices: list[FailureNotice] = []

    @property
    def is_needed(self) -> bool:
        """Whether something waits."""
        return bool(self._waiting)

    def is_due(self, now: float) -> bool:
        """Whether something waits that is worth another try."""
        return self.is_needed and now >= self._try_at

    def add(self, verb: str, params: dict[str, Any]) -> None:
        """Note something to be settled.

        :param verb: name of a function of ``store.settle``
        :param params: its arguments
        """
        self._waiting.append((verb, params))
        self._try_at = 0.0

    def run(self, cr) -> None:
        """Settle what waits.

        A locked row is tried again later; it must not keep the runner from its beat, nor
        other jobs from being claimed.
        """
        waiting, self._waiting = self._waiting, []
        while waiting:
            verb, params = waiting[0]
            try:
                settled = getattr(settle, verb)(cr, **params)
            except psycopg2.errors.LockNotAvailable:
                self._waiting.append(waiting.pop(0))
                self._try_at = time.monotonic() + _LOCKED_SECONDS
                _logger.warning(
                    "%s: somebody has locked the row of a job that is to be settled (%s %s)",
                    self._dbname,
                    verb,
                    params.get("job_ids") or params.get("job_id"),
                )
                continue
            except (psycopg2.DataError, psycopg2.IntegrityError):
                # It will not be better next time; the job is given back as one that no
                # worker has.
                _logger.exception("%s: could not settle (%s %s)", self._dbname, verb, params)
                waiting.pop(0)
                continue
            except psycopg2.Error:
                self._waiting += waiting
                raise
            waiting.pop(0)
            if verb in _VERDICTS:
                # The worker may have died between the commit of a job and the release of
                # those behind it.
                self.follow_up(cr, settled, _VERDICTS[verb], also=params["job_ids"])
            elif settled and verb in _ENDS:
                self.follow_up(cr, [(params["job_id"], _ENDS[verb])], params)

    def follow_up(
        self,
        cr,
        settled: list[tuple[int, str]],
        error: Mapping[str, str],
        *,
        also: Collection[int] = (),
    ) -> None:
        """What else the end of jobs means, if they have ended: people learn of failures,
        and those behind them go on. A settlement that came too late has no follow-up.

        :param settled: (id, new state) of each
        :param error: exc_name, exc_message, exc_info of the failed ones
        :param also: jobs that may have ended before
        """
        for job_id, state in settled:
            if state == "failed":
                values = {name: error[name] for name in ("exc_name", "exc_message", "exc_info")}
                self.notices.append(FailureNotice(self._dbname, job_id, values))
        ended = {job_id for job_id, state in settled if state in _ENDED}.union(also)
        try:
            dependents.release(cr, parent_ids=ended)
        except psycopg2.errors.LockNotAvailable:
            # The next sweep does the same.
            _logger.info("%s: what waits for %s is released later", self._dbname, sorted(ended))

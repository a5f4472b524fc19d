# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The process that runs jobs: packs come in over a pipe, jobs run in the main thread."""

from __future__ import annotations

import functools
import logging
import os
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import psycopg2.extensions

from odoo import sql_db
from odoo.tools import config

from ..rules.packs import PACK_SECONDS
from ..store import finish, load, settle
from . import faults, orm_ends
from .control import Control, ControlCursor
from .execution import Outcome, Run
from .interrupt import Interrupter, Reason
from .kept_cursor import KeptCursor
from .statistics import Ran
from .status import Status
from .telling import Teller
from .watchdog import Watchdog

_logger = logging.getLogger(__name__)


# How statistics call the ends that they count.
_ENDS = {
    Outcome.DONE: "done",
    Outcome.FAILED: "failed",
    Outcome.RETRY: "retried",
    Outcome.LOST: "lost",
}


@dataclass(frozen=True, slots=True)
class Pack:
    """What a worker is told to run, one job after the other.

    :param jobs: (job id, limit in seconds or 0) in running order
    :param seconds: members that have not begun after that time are given back
    """

    dbname: str
    run_token: int
    jobs: tuple[tuple[int, float], ...]
    seconds: float = PACK_SECONDS

    @property
    def job_ids(self) -> list[int]:
        return [job_id for job_id, _limit in self.jobs]


@dataclass(frozen=True, slots=True)
class FailureNotice:
    """Tell followers and ``on_fail`` about a job that the supervisor had to settle."""

    dbname: str
    job_id: int
    values: dict[str, str]


@dataclass(slots=True)
class Report:
    """What a worker tells when it is idle again.

    :param runs: the runs that have ended
    :param made_work: jobs were given back or followers released: look again soon
    :param postponed: a job is to run again at a later time
    :param leaving: the process ends after this message
    :param trouble: why nothing of the message was even begun, None when it was
    :param lost: why the database was lost when a job had begun, None when it was not
    """

    runs: list[Ran] = field(default_factory=list)
    made_work: bool = False
    postponed: bool = False
    leaving: bool = False
    trouble: str | None = None
    lost: str | None = None


class Worker:
    """Lives in a forked child; ``run`` returns when the process should end."""

    def __init__(self, pipe, status: Status, settings) -> None:
        self._pipe = pipe
        self._status = status
        self._settings = settings
        self._interrupter = Interrupter()
        self._rest: deque[int] = deque()
        self._rest_lock = threading.Lock()
        self._pack: Pack | None = None
        self._control: Control | None = None
        self._kept = KeptCursor()
        self._has_begun = False
        self._watchdog = Watchdog(status, self._interrupter, self._give_back_rest)

    def run(self) -> None:
        self._interrupter.install()
        self._watchdog.start()
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                return  # the supervisor is gone
            if message is None:
                return
            self._has_begun = False
            try:
                report = self._handle(message)
            except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
                report = self._lost(message, error)
            report.leaving = report.leaving or self._is_fat()
            with suppress(OSError):
                self._pipe.send(report)
            if report.leaving:
                return

    def _handle(self, message: Pack | FailureNotice) -> Report:
        threading.current_thread().dbname = message.dbname
        if isinstance(message, Pack):
            self._status.take(message.run_token)
        faults.point("claimed")
        try:
            control = self._control_cursor(message.dbname)
            registry, cr = self._kept.get(message.dbname, control)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise  # the database is away, as it may be at any later moment
        except Exception as error:
            # No connection is free, or a module can't be imported: that says nothing
            # against the jobs. A new process begins from scratch.
            _logger.exception("Job worker %d can't open %s", os.getpid(), message.dbname)
            return Report(trouble=f"{type(error).__name__}: {error}", leaving=True)
        if isinstance(message, FailureNotice):
            return self._tell(message, cr, control)
        return self._run_pack(message, registry, cr, control)

    def _tell(self, notice: FailureNotice, cr, control) -> Report:
        if row := load.load_one(control, job_id=notice.job_id):
            self._watchdog.pack_begins()
            teller = Teller(cr, self._status, self._interrupter)
            if orm_ends.are_wanted(cr):
                # Whoever settled it has no ORM.
                ends = functools.partial(orm_ends.repeat, cr, [notice.job_id])
                teller.guarded(row, ends, "Other addons could not see the end of job %s")
            teller.tell(row, notice.values)
            self._watchdog.pack_ends()
        return Report(leaving=self._interrupter.was_pulled)

    def _run_pack(self, pack: Pack, registry, cr, control) -> Report:
        report = Report()
        limits = dict(pack.jobs)
        rows, control = self._load(pack, control)
        with self._rest_lock:
            self._pack = pack
            self._rest = deque(rows)
        self._watchdog.pack_begins(pack.seconds)
        try:
            job_id = self._next()
            is_begun = True  # the claim has marked the first one as started
            while job_id is not None:
                if not is_begun and not finish.begin(
                    control, job_id=job_id, run_token=pack.run_token
                ):
                    job_id, is_begun = self._next(), False
                    continue
                row = rows[job_id]
                self._has_begun = True
                began = time.monotonic()
                run = Run(
                    cr=cr,
                    control=control,
                    row=row,
                    limit=limits[job_id],
                    bound=self._settings.limit_time_real,
                    only_declared=self._settings.only_declared_functions,
                    status=self._status,
                    interrupter=self._interrupter,
                    take_next=self._next,
                    put_back=self._put_back,
                )
                outcome = run.execute()
                report.runs += self._ran(run, outcome, time.monotonic() - began)
                report.postponed |= outcome in (Outcome.RETRY, Outcome.INTERRUPTED)
                if outcome is Outcome.DONE:
                    registry.signal_changes()
                    report.made_work |= bool(row["graph_uuid"])
                else:
                    registry.reset_changes()
                if self._interrupter.was_pulled:
                    # Also when it came too late for the job: it may still be on its way,
                    # and would hit the next one.
                    report.leaving = True
                    if run.next_id is not None:
                        self._put_back(run.next_id)
                    return report
                job_id = self._next() if run.next_id is None else run.next_id
                is_begun = run.is_next_begun
        finally:
            self._watchdog.pack_ends()
            report.made_work |= self._give_back_rest()
            _end_transaction(cr)
            # Not between two jobs: the next one has not begun until it is announced.
            self._status.end()
        return report

    def _ran(self, run: Run, outcome: Outcome, seconds: float) -> list[Ran]:
        """What is to be remembered of a run; nothing when it was told to end."""
        end = _ENDS.get(outcome)
        if run.stopped_for is Reason.TIMEOUT:
            end = "failed"
        if end is None:
            return []
        row = run.row
        function = f"<{row['model_name']}>.{row['method_name']}"
        due = max(filter(None, (row["date_created"], row["eta"])))
        waited = (row["date_enqueued"] - due).total_seconds()
        return [Ran(function, row["channel"], end, waited, seconds)]

    def _load(self, pack: Pack, control) -> tuple[dict[int, dict], Any]:
        """Read the pack's rows by id; the connection may have died since the last pack
        (a restart of the database, a pooler, Odoo's own duplicate or rename).

        :return: the rows, and the cursor that settles them
        """
        arguments = {"job_ids": pack.job_ids, "run_token": pack.run_token}
        try:
            rows = load.load_pack(control, **arguments)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self._control.close()
            control = self._control_cursor(pack.dbname)
            rows = load.load_pack(control, **arguments)
        return {row["id"]: row for row in rows}, control

    def _next(self) -> int | None:
        with self._rest_lock:
            return self._rest.popleft() if self._rest else None

    def _put_back(self, job_id: int) -> None:
        with self._rest_lock:
            self._rest.appendleft(job_id)

    def _give_back_rest(self) -> bool:
        """Give members of the pack that have not begun back, from either thread.

        :return: whether there were any
        """
        with self._rest_lock:
            rest, pack = list(self._rest), self._pack
            self._rest.clear()
        if not rest or pack is None:
            return False
        settle.release(self._control_cursor(pack.dbname), job_ids=rest, run_token=pack.run_token)
        return True

    def _lost(self, message: Pack | FailureNotice, error: psycopg2.Error) -> Report:
        """The database is out of reach: whoever can reach it settles the pack."""
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        _logger.warning("%s: the database was lost: %s", message.dbname, reason)
        if self._control is not None:
            self._control.close()
        self._kept.close()
        self._close_pool(message.dbname)
        leaving = self._interrupter.was_pulled
        if self._has_begun:
            return Report(lost=reason, leaving=leaving)
        return Report(trouble=reason, leaving=leaving)

    def _close_pool(self, dbname: str) -> None:
        """What Odoo keeps open is as dead as the rest."""
        sql_db.close_db(dbname)

    def _control_cursor(self, dbname: str) -> ControlCursor:
        """Cursor of the autocommit connection by which runs are settled."""
        if self._control is None or self._control.dbname != dbname:
            if self._control is not None:
                self._kept.close()
                self._control.close()
                sql_db.close_db(self._control.dbname)
            self._control = Control(dbname)
        return self._control.cursor()

    def _is_fat(self) -> bool:
        """Whether the process has grown over Odoo's soft memory limit: it is replaced."""
        limit = config["limit_memory_soft"]
        if not limit:
            return False
        try:
            with open("/proc/self/statm", encoding="ascii") as statm:
                size = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            return False
        if size > limit:
            _logger.info(
                "Job worker %d has grown to %d MB and is replaced", os.getpid(), size >> 20
            )
        return size > limit


def _end_transaction(cr) -> None:
    """Leave nothing open on a cursor that waits for the next pack: what was read while a
    job was settled would be all that the next one sees of caches to be renewed."""
    if cr.closed or cr.connection.closed:
        return
    # Not by connection.info: Odoo makes a class each time that is asked for.
    if cr.connection.get_transaction_status() != psycopg2.extensions.TRANSACTION_STATUS_IDLE:
        with suppress(psycopg2.Error):
            cr.rollback()

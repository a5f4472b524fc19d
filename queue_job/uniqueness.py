# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Identity keys under concurrency: twins are found when enqueued, and at the commit."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from contextlib import closing

import psycopg2

from odoo.sql_db import Cursor, PoolError, db_connect

from .rules.states import WAIT_DEPENDENCIES
from .store import unique

_logger = logging.getLogger(__name__)

_WANTED = "_queue_job_wanted_keys"

# A twin that is found neither to be there nor to be gone is being claimed: that
# takes milliseconds.
_TRIES = 20
_PAUSE = 0.002


def want_key(cr, job_uuid: str, job=None) -> None:
    """Take the unique key of a job when the transaction commits.

    :param job: a job just enqueued, whose row gives way to a twin; without, the row
        stays, and both run
    """
    _wrap_commit(type(cr))
    wanted = cr.__dict__.get(_WANTED)
    if wanted is None:
        wanted = cr.__dict__[_WANTED] = {}
        cr.postrollback.add(lambda: cr.__dict__.pop(_WANTED, None))
    wanted[job_uuid] = job


def take_keys(cr) -> None:
    """Take the keys that this transaction wants, now."""
    wanted = cr.__dict__.pop(_WANTED, None)
    if not wanted:
        return
    if cr.transaction is not None:
        cr.transaction.flush()
    rows = unique.without_key(cr, uuids=wanted)
    job_ids = [job_id for _key, job_id, _uuid, _graph in rows]
    lost = set(unique.take(cr, job_ids=job_ids))
    _forget_cache(cr, job_ids)
    for key, job_id, job_uuid, in_graph in rows:
        job = wanted[job_uuid]
        if job_id in lost and job is not None:
            _give_way(cr, key, job_id, job, in_graph=in_graph)


def _forget_cache(cr, job_ids: list[int]) -> None:
    for env in cr.transaction.envs if cr.transaction else ():
        env["queue.job"].browse(job_ids).invalidate_recordset(flush=False)
        break  # all environments of a transaction share one cache


def _give_way(cr, key: str, job_id: int, job, *, in_graph: bool) -> None:
    """Leave the work to a twin that we can't see, and that has won the race for the key.

    A single job goes. One in a graph has edges, which can't be moved to a row that our
    snapshot does not show: it stays to stand in for the twin, from after our commit on.
    """
    holder = _Holder(cr)
    become = functools.partial(_stand_in, cr.dbname, job_id) if in_graph else None
    for _try in range(_TRIES):
        twin_uuid = holder.hold(key, become)
        if twin_uuid and in_graph:
            unique.park(cr, job_id=job_id)
            job.state = WAIT_DEPENDENCIES
            return
        if twin_uuid:
            unique.remove(cr, job_id=job_id)
            _logger.info("Job %s is not added: job %s does the same", job.uuid, twin_uuid)
            job._become_duplicate_of(twin_uuid)
            return
        # It has started, or is about to: then the key is free.
        if not unique.take(cr, job_ids=[job_id]):
            return
        time.sleep(_PAUSE)
    _logger.info("Job %s keeps no unique key: its twin could not be found", job.uuid)


def _stand_in(dbname: str, job_id: int, twin_uuid: str) -> None:
    """Let a committed job wait for its twin instead of doing the same. Never raises: if
    it can't be done, both run."""
    try:
        with closing(db_connect(dbname).cursor()) as cr:
            if unique.stand_in(cr, job_id=job_id, twin_uuid=twin_uuid):
                _logger.info("Job id %d waits for job %s, which does the same", job_id, twin_uuid)
            cr.commit()
    except (psycopg2.Error, PoolError) as error:
        _logger.warning("Job id %d runs beside job %s: %s", job_id, twin_uuid, error)


class _Holder:
    """Keeps twins from starting until the caller's data is committed.

    They were committed after our snapshot, so our own transaction can neither see nor
    lock them; a second one can, and ends when ours has.
    """

    def __init__(self, cr):
        self._cr = cr

    def hold(self, key: str, after_commit: Callable[[str], None] | None = None) -> str | None:
        """Find the waiting job that has a key and keep it from starting.

        :param after_commit: called with its uuid after our commit, while it is still kept
        :return: the job's uuid, None when it is being claimed or has gone
        """
        if not isinstance(self._cr, Cursor):
            # A test's cursor: all is in one transaction, and nothing can be younger.
            return unique.hold(self._cr, key=key)
        try:
            cr = db_connect(self._cr.dbname).cursor()
        except (PoolError, psycopg2.OperationalError):
            return None
        twin_uuid = unique.hold(cr, key=key)
        if twin_uuid:
            if after_commit is not None:
                self._cr.postcommit.add(functools.partial(after_commit, twin_uuid))
            self._cr.postcommit.add(cr.close)
            self._cr.postrollback.add(cr.close)
        else:
            cr.close()
        return twin_uuid


def _wrap_commit(cursor_class: type) -> None:
    """Let a cursor class take the wanted keys as the last thing before its commit.

    ``cr.precommit`` is not that: Odoo runs it at each savepoint and at the end of each
    remote call too, and a key that is held while the transaction goes on makes
    everybody wait who enqueues the same job.
    """
    original = cursor_class.commit
    if hasattr(original, "_queue_job_original"):
        return

    @functools.wraps(original)
    def commit(self):
        if _WANTED in self.__dict__:
            self.flush()
            take_keys(self)
        return original(self)

    commit._queue_job_original = original
    cursor_class.commit = commit


_wrap_commit(Cursor)

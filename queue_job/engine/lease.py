# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A job's lease as seen from the inside: commits that first prove it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2.errors

from ..store import fence


class LeaseLost(BaseException):
    """The job was taken back while it ran: roll back, write nothing, stop.

    Not an ``Exception``: a job that swallows errors must not go on with work that
    another process is doing again.
    """


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker holds: the job's id and the fence it was claimed under."""

    job_id: int
    run_token: int

    def prove(self, cr) -> None:
        """Lock the job's row under our token until the end of the transaction.

        :raises LeaseLost: somebody else holds the job now
        """
        try:
            held = fence.hold(cr, job_id=self.job_id, run_token=self.run_token)
        except psycopg2.errors.SerializationFailure as error:
            # Only the lease's loss changes the row of a leased job.
            raise LeaseLost(self.job_id) from error
        if not held:
            raise LeaseLost(self.job_id)

    @contextmanager
    def fencing(self, cr) -> Iterator[None]:
        """Make every ``cr.commit()`` inside the block prove the lease first.

        A job may commit as often as it likes. A worker that was frozen past its lease
        (SIGSTOP, a VM's pause) and comes back finds its next commit refused.
        """
        commit = cr.commit

        def proven_commit() -> None:
            # The pending work goes first: a slow flush after the proof would hold the
            # row, and with it the sweeper, for longer than needed.
            cr.flush()
            self.prove(cr)
            commit()

        cr.commit = proven_commit
        try:
            yield
        finally:
            del cr.commit

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Mending rows that somebody else's SQL has left half-way.

People and modules run ``UPDATE queue_job SET state = 'pending'`` by hand, and
databases come from an older addon that knew no leases. ``state`` is the one truth:
the lease columns follow it. Rows that somebody is writing are left to the next sweep:
a sweeper that waited for a user's transaction would miss its beat.
"""

from __future__ import annotations


def orphans(cr) -> int:
    """Rows that claim to be running but are leased by nobody become pending again.

    Served by ``queue_job_orphan_index``, which is empty unless there is such a row.

    :return: number of rows mended
    """
    cr.execute(
        """
        UPDATE queue_job
           SET state = 'pending', worker_pid = NULL, date_enqueued = NULL, date_started = NULL
         WHERE id IN (
               SELECT id FROM queue_job
                WHERE state IN ('enqueued', 'started') AND run_token IS NULL
                  FOR NO KEY UPDATE SKIP LOCKED)
        """
    )
    return cr.rowcount


def stray_leases(cr) -> int:
    """Rows whose state was changed under a lease lose the lease: the run in progress
    will find its token gone and roll back.

    :return: number of rows mended
    """
    cr.execute(
        """
        UPDATE queue_job
           SET run_token = NULL, runner_id = NULL
         WHERE id IN (
               SELECT id FROM queue_job
                WHERE run_token IS NOT NULL AND state NOT IN ('enqueued', 'started')
                  FOR NO KEY UPDATE SKIP LOCKED)
        """
    )
    return cr.rowcount


def homeless(cr) -> int:
    """Waiting rows without a channel belong to root; no claim would find them.

    :return: number of rows mended
    """
    cr.execute(
        """
        UPDATE queue_job SET channel = 'root'
         WHERE id IN (
               SELECT id FROM queue_job
                WHERE state = 'pending' AND is_due AND channel IS NULL
                  FOR NO KEY UPDATE SKIP LOCKED)
        """
    )
    return cr.rowcount


def rename_channel(cr, *, old: str, new: str) -> int:
    """Waiting rows whose channel is written in another way (``sub`` for ``root.sub``)
    get its full name.

    :return: number of rows mended
    """
    cr.execute(
        """
        UPDATE queue_job SET channel = %(new)s
         WHERE id IN (
               SELECT id FROM queue_job
                WHERE state = 'pending' AND is_due AND channel = %(old)s
                  FOR NO KEY UPDATE SKIP LOCKED)
        """,
        {"old": old, "new": new},
    )
    return cr.rowcount

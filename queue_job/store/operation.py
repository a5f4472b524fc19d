# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Locks of actions on many jobs."""

from __future__ import annotations

from collections.abc import Iterable


def take(cr, *, operation_id: int) -> bool:
    """Lock an action for this transaction; False when another one is at it now."""
    cr.execute(
        "SELECT FROM queue_job_operation WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
        (operation_id,),
    )
    return bool(cr.rowcount)


def lock_free(cr, *, job_ids: Iterable[int]) -> list[int]:
    """Lock those of these jobs that no worker has and nobody else writes.

    An action on a hundred thousand jobs must neither wait for one that is just being
    claimed nor fail because of it. NO KEY: who enqueues a twin holds it FOR KEY SHARE.

    :return: their ids
    """
    cr.execute(
        """
        SELECT id FROM queue_job
         WHERE id = ANY(%s) AND run_token IS NULL
         ORDER BY id
           FOR NO KEY UPDATE SKIP LOCKED
        """,
        (list(job_ids),),
    )
    return [row[0] for row in cr.fetchall()]

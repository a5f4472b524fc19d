# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which records jobs are about, for models that want to show their jobs."""

from __future__ import annotations

from collections.abc import Iterable


def link(cr, links: Iterable[tuple[str, str, int]]) -> None:
    """Note which records new jobs are about, in the caller's transaction.

    :param links: (uuid of a job, model, id of a record), of jobs that are stored
    """
    uuids, models, ids = zip(*links, strict=True)
    cr.execute(
        """
        INSERT INTO queue_job_link (job_id, res_model, res_id)
        SELECT job.id, link.res_model, link.res_id
          FROM unnest(%s::text[], %s::text[], %s::int[]) AS link(uuid, res_model, res_id)
          JOIN queue_job job ON job.uuid = link.uuid
        """,
        (list(uuids), list(models), list(ids)),
    )

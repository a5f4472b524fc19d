# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading the rows a worker is about to run."""

from __future__ import annotations

from typing import Any

#: Takes the place of the column of that name: no foreign key keeps it from telling of a user who
#: has been deleted, past the ORM or while somebody enqueued a job in their name.
USER = "(SELECT u.id FROM res_users u WHERE u.id = j.user_id) AS user_id"


def names_of(cr, *, job_id: int) -> tuple[str, str] | None:
    """Channel and function (``<model>.method``) of a job, None when it is gone."""
    cr.execute(
        "SELECT channel, channel_method_name FROM queue_job WHERE id = %(id)s", {"id": job_id}
    )
    return cr.fetchone()


def load_one(cr, *, job_id: int) -> dict[str, Any] | None:
    """Read a job, all columns, whoever runs it; None when it is gone."""
    cr.execute(f"SELECT j.*, {USER} FROM queue_job j WHERE j.id = %s", (job_id,))
    return next(iter(_dicts(cr)), None)


def load_pack(cr, *, job_ids: list[int], run_token: int) -> list[dict[str, Any]]:
    """Read the jobs of a pack, all columns, in the order of ``job_ids``.

    Read over the worker's control connection and not by the job's own cursor: the
    job's first statement must open its snapshot, or a lock that it takes first would
    come too late (it would read what was true before the lock).

    :param job_ids: ids handed over by the runner
    :param run_token: the fence; rows that meanwhile carry another one are left out
    :return: one dict per row that is still ours, keys are column names
    """
    cr.execute(
        f"""
        SELECT j.*, {USER}
          FROM queue_job j
          JOIN unnest(%(ids)s::int[]) WITH ORDINALITY AS wanted(id, position)
            ON wanted.id = j.id
         WHERE j.run_token = %(run_token)s
         ORDER BY wanted.position
        """,
        {"ids": job_ids, "run_token": run_token},
    )
    return _dicts(cr)


def _dicts(cr) -> list[dict[str, Any]]:
    names = [column.name for column in cr.description]
    return [dict(zip(names, row, strict=True)) for row in cr.fetchall()]

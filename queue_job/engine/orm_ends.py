# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Ends of jobs written through the ORM, where another addon wants to see them.

Such an addon overrides ``write`` of queue.job, or stores fields computed from the
job's state. The plain statement that settles the job follows in the same transaction:
it proves the lease and writes what only the engine knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from odoo import SUPERUSER_ID, api, fields


def _jobs(cr):
    return api.Environment(cr, SUPERUSER_ID, {})["queue.job"]


def are_wanted(cr, env=None) -> bool:
    """Tell whether an addon has to see how jobs end; asks the registry, not the database.

    :param cr: an Odoo cursor
    :param env: an environment on it, if there is one: that saves making another
    """
    jobs = _jobs(cr) if env is None else env["queue.job"]
    return jobs._ends_through_orm()


def done(job, result: str | None, seconds: float) -> dict[str, Any]:
    """Return the end of a job that went well, as values of queue.job.

    :param job: odoo.addons.queue_job.job.Job
    :param seconds: how long it ran
    """
    return {
        "state": "done",
        "result": result,
        "retry": job.retry,
        "date_done": fields.Datetime.now(),
        "exec_time": seconds,
        "exc_name": False,
        "exc_message": False,
        "exc_info": False,
    }


def write(cr, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Write the end of a leased job; its caller settles it and commits.

    :param cr: an Odoo cursor
    :param row: the job's columns
    :param values: values of queue.job, the state among them
    """
    _jobs(cr).browse(row["id"])._write_end(values, run_token=row["run_token"])
    cr.flush()


def repeat(cr, job_ids: Iterable[int]) -> None:
    """Write the present state of ended jobs once more, as they were settled by a process
    without ORM, or many at once.

    :param cr: an Odoo cursor; its caller commits
    """
    _jobs(cr).browse(job_ids)._repeat_end()
    cr.flush()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lines that jobs have logged, kept whatever becomes of their transactions."""

from __future__ import annotations

from collections.abc import Sequence

from ..rules.log_window import Line
from .progress import QUICK

#: Of a job that is tried for ever the last runs are kept.
KEPT_RUNS = 10

_ADD = f"""
    {QUICK}
    INSERT INTO queue_job_log (job_id, attempt, run_token, number, date, level, logger, message)
    SELECT job.id, job.attempt, job.run_token,
           line.number, line.date, line.level, line.logger, line.message
      FROM queue_job job,
           unnest(%(numbers)s::int[], %(dates)s::timestamp[], %(levels)s::varchar[],
                  %(loggers)s::varchar[], %(messages)s::text[])
           AS line(number, date, level, logger, message)
     WHERE job.id = %(id)s AND job.run_token = %(run_token)s
     ORDER BY line.number
"""

# Lines of this run that newer ones have driven out.
_TRIM = """;
    DELETE FROM queue_job_log
     WHERE job_id = %(id)s AND run_token = %(run_token)s AND number < %(first)s
"""

_FORGET_RUNS = """;
    DELETE FROM queue_job_log log
     USING queue_job job
     WHERE job.id = %(id)s AND log.job_id = job.id AND log.attempt <= job.attempt - %(kept_runs)s
"""


def add(
    cr,
    *,
    job_id: int,
    run_token: int,
    lines: Sequence[Line],
    first: int = 1,
    is_first_of_run: bool = False,
) -> None:
    """Store lines of a run, guarded by its token: a run whose lease is lost adds none.

    :param cr: cursor of an autocommit connection
    :param first: number of the oldest line to keep of this run
    :param is_first_of_run: nothing was stored of this run so far; the lines of runs long
        ago are deleted then
    """
    statement = _ADD
    if is_first_of_run:
        statement += _FORGET_RUNS
    elif first > 1:
        statement += _TRIM
    cr.execute(
        statement,
        {
            "id": job_id,
            "run_token": run_token,
            "first": first,
            "kept_runs": KEPT_RUNS,
            "numbers": [line.number for line in lines],
            "dates": [line.date for line in lines],
            "levels": [line.level for line in lines],
            "loggers": [line.logger for line in lines],
            "messages": [line.message for line in lines],
        },
    )

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adding jobs: plain INSERTs of one row or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from .clock import NOW

# Larger statements gain nothing and cost memory on both sides.
ROWS_PER_STATEMENT = 500

_CLOCK = NOW.replace("%(now)s", "%s")
# A job scheduled for later is parked out of the claim index until it is promoted.
_IS_DUE = f"COALESCE(%s::timestamp <= {_CLOCK}, true)"


@lru_cache(maxsize=256)
def _statement(columns: tuple[str, ...], rows: int, is_scheduled: bool) -> str:
    names = [f'"{column}"' for column in columns]
    values = ["%s"] * len(columns)
    if is_scheduled:
        names.append("is_due")
        values.append(_IS_DUE)
    # The order of the parameters is that of the columns, is_due comes last.
    row = f"({', '.join(values)})"
    return (
        f"INSERT INTO queue_job ({', '.join(names)}) "
        f"VALUES {', '.join([row] * rows)} RETURNING id, uuid"
    )


def insert_jobs(cr, rows: Sequence[Mapping[str, Any]], *, now: datetime | None = None) -> list[int]:
    """Insert jobs, as many as wanted, in the caller's transaction.

    :param rows: column values of ``queue_job``, all rows with the same columns,
        among them ``uuid`` and ``eta``; json columns as text
    :return: ids of the new rows, in the order of ``rows``
    """
    if len(rows) == 1:
        (row,) = rows
        columns = [column for column, value in row.items() if value is not None]
        params = [row[column] for column in columns]
        if row["eta"] is not None:
            params += (row["eta"], now)
        cr.execute(_statement(tuple(columns), 1, row["eta"] is not None), params)
        return [cr.fetchone()[0]]
    ids: dict[str, int] = {}
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        page = rows[start : start + ROWS_PER_STATEMENT]
        # Half of the columns are empty in most jobs: naming them costs more than
        # storing them.
        columns = [column for column in page[0] if any(row[column] is not None for row in page)]
        is_scheduled = "eta" in columns
        params = []
        for row in page:
            params += [row[column] for column in columns]
            if is_scheduled:
                params += (row["eta"], now)
        cr.execute(_statement(tuple(columns), len(page), is_scheduled), params)
        ids.update((job_uuid, job_id) for job_id, job_uuid in cr.fetchall())
    return [ids[row["uuid"]] for row in rows]

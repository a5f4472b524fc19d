# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How often people were told this hour that jobs of a function fail.

Only inserted, never updated: workers that fail at the same time don't wait for each
other, and at worst tell a few failures more one by one.
"""

from __future__ import annotations

from datetime import datetime

import psycopg2.errors

from .clock import NOW
from .quiet import execute_quietly

#: Announce this one, announce them all together, say nothing.
EACH, DIGEST, NOTHING = "each", "digest", "nothing"

_HOUR = f"floor(extract(epoch FROM {NOW}) / 3600)::int"


def note(cr, *, function: str, limit: int, now: datetime | None = None) -> str:
    """Note a failure, and tell how people hear of it.

    The first ``limit - 1`` failures of an hour are announced one by one, the next one is
    a message for all that follow. Where the hour before had such a message, the first
    failure of this hour is one again.

    :param cr: the caller's cursor, whose transaction posts the message
    :param function: name of the job function
    :param limit: number of failures from which on there is one message, at least 1
    :return: EACH, DIGEST or NOTHING
    """
    params = {"function": function, "now": now}
    cr.execute(
        f"""
        SELECT count(*) FILTER (WHERE hour = {_HOUR}),
               COALESCE(bool_or(is_digest AND hour = {_HOUR}), false),
               COALESCE(bool_or(is_digest), false)
          FROM queue_job_notice
         WHERE function = %(function)s AND hour >= {_HOUR} - 1
        """,
        params,
    )
    count, is_told, goes_on = cr.fetchone()
    if is_told:
        return NOTHING
    is_digest = goes_on or count + 1 >= limit
    insert = f"""
        INSERT INTO queue_job_notice (function, hour, is_digest)
        VALUES (%(function)s, {_HOUR}, %(is_digest)s)
    """
    params["is_digest"] = is_digest
    if not is_digest:
        cr.execute(insert, params)
        return EACH
    cr.execute("SAVEPOINT queue_job_notice")
    try:
        execute_quietly(cr, insert, params)
    except psycopg2.errors.UniqueViolation:
        # Another worker has just done so.
        cr.execute("ROLLBACK TO SAVEPOINT queue_job_notice")
        return NOTHING
    finally:
        cr.execute("RELEASE SAVEPOINT queue_job_notice")
    return DIGEST


def forget_old(cr, *, now: datetime | None = None) -> None:
    """Forget what nobody asks for any more."""
    cr.execute(f"DELETE FROM queue_job_notice WHERE hour < {_HOUR} - 1", {"now": now})

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What makes queues slow: many waiting jobs, many finished ones, an old open transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from .serving import Database

MILLION = 1_000_000


def columns(database: Database) -> list[str]:
    """Return the columns of a job that a copy takes over as they are."""
    return [
        name
        for (name,) in database.query(
            "SELECT quote_ident(column_name) FROM information_schema.columns"
            " WHERE table_name = 'queue_job' AND table_schema = 'public'"
            " AND column_name NOT IN ('id', 'uuid', 'state', 'date_created', 'date_done')"
        )
    ]


def copy_jobs(database: Database, count: int, state: str) -> None:
    """Add copies of the first job, behind all others in the queue.

    Those that are done have no execution time, by which they are told from real ones.

    :param count: how many
    :param state: ``pending`` or ``done``
    """
    names = ", ".join(columns(database))
    done = "clock_timestamp() AT TIME ZONE 'UTC'" if state == "done" else "NULL"
    database.query(
        f"""
        INSERT INTO queue_job (uuid, state, date_created, date_done, {names})
        SELECT gen_random_uuid()::text, '{state}',
               (clock_timestamp() AT TIME ZONE 'UTC') + interval '1 hour', {done}, {names}
          FROM (SELECT * FROM queue_job ORDER BY id LIMIT 1) AS job,
               generate_series(1, {int(count)})
        """
    )
    database.query("VACUUM ANALYZE queue_job")


@contextlib.contextmanager
def none(_database: Database) -> Iterator[None]:
    """Nothing but the jobs that are measured."""
    yield


@contextlib.contextmanager
def waiting(database: Database) -> Iterator[None]:
    """A million more jobs wait, in the same channel, behind those that are measured."""
    copy_jobs(database, MILLION, "pending")
    yield


@contextlib.contextmanager
def finished(database: Database) -> Iterator[None]:
    """Two million jobs are done."""
    copy_jobs(database, 2 * MILLION, "done")
    yield


@contextlib.contextmanager
def snapshot(database: Database) -> Iterator[None]:
    """Somebody's REPEATABLE READ transaction stays open, as that of a long report."""
    connection = database.connect()
    try:
        connection.autocommit = False
        connection.set_session(isolation_level="REPEATABLE READ")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM res_users")
        yield
    finally:
        connection.close()


KINDS = {"none": none, "waiting": waiting, "finished": finished, "snapshot": snapshot}

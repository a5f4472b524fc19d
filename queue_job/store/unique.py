# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One waiting job for each identity key.

``identity_key`` is what callers wrote; ``unique_key`` is the claim to be the only one,
guarded by ``queue_job_unique_key_uniq``. It is taken right before the commit, so that
nobody ever waits for somebody else's open transaction, and given up by the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.errors

from .dependents import BARRIER_METHOD
from .quiet import execute_quietly

#: Waiting for somebody who is committing the same key right now; longer means that
#: something is wrong over there, and that is not the caller's problem.
LOCK_TIMEOUT = "5s"

_KEYS_PER_STATEMENT = 200

# A leased twin may begin at any moment, with data older than the caller's.
_WAITING = "state IN ('wait_dependencies', 'pending', 'enqueued') AND run_token IS NULL"

_CONFLICTS = (
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)


# Functions and not statements: their plans are made once for a connection, also behind a
# pooler. Planning the look-up took 0.1 ms of the 0.11 ms that it costs, as the conditions
# of all partial indexes of the table have to be held against it. One key at a time: a plan
# for any number of them is none for one.
TWINS_DEFINITION = f"""
CREATE OR REPLACE FUNCTION queue_job_twins(p_keys text[])
RETURNS TABLE (found_key varchar, found_id integer, found_uuid varchar) LANGUAGE plpgsql AS $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY p_keys LOOP
        RETURN QUERY
        SELECT identity_key, id, uuid FROM queue_job
         WHERE identity_key = wanted AND {_WAITING}
         ORDER BY id;
    END LOOP;
END
$$
"""

# Row by row: a single UPDATE would choose its own order.
TAKE_DEFINITION = """
CREATE OR REPLACE FUNCTION queue_job_take_keys(p_ids integer[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted integer;
BEGIN
    FOREACH wanted IN ARRAY p_ids LOOP
        UPDATE queue_job SET unique_key = identity_key WHERE id = wanted;
    END LOOP;
END
$$
"""


@contextmanager
def _savepoint(cr):
    cr.execute("SAVEPOINT queue_job_unique")
    try:
        yield
    except psycopg2.Error:
        cr.execute("ROLLBACK TO SAVEPOINT queue_job_unique; RELEASE SAVEPOINT queue_job_unique")
        raise
    cr.execute("RELEASE SAVEPOINT queue_job_unique")


def twins(cr, *, keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Find waiting jobs by identity key, and keep them from starting.

    They are locked FOR KEY SHARE until the end of the transaction: the claim passes
    them by, so that they run with the data of the caller who leaves its work to them.
    Those that were claimed since the transaction's snapshot, or are being claimed right
    now, are left out.

    :return: id and uuid by key, of the oldest where there are several
    """
    # A pooler with standbys must not take it for a read.
    cr.execute("/*NO LOAD BALANCE*/ SELECT * FROM queue_job_twins(%s)", (list(keys),))
    visible = cr.fetchall()
    locked = _lock_waiting(cr, [job_id for _key, job_id, _uuid in visible])
    found: dict[str, tuple[int, str]] = {}
    for key, job_id, job_uuid in visible:
        if job_id in locked:
            found.setdefault(key, (job_id, job_uuid))
    return found


def _lock_waiting(cr, job_ids: Sequence[int]) -> set[int]:
    """Lock jobs that the snapshot shows waiting, as far as they still are.

    In REPEATABLE READ a row that a claim has written since (it locks FOR UPDATE) raises
    a serialization failure: that is no matter of the caller's, nor of the other rows.
    """
    if not job_ids:
        return set()
    try:
        with _savepoint(cr):
            execute_quietly(
                cr,
                f"""
                SELECT id FROM queue_job
                 WHERE id = ANY(%s) AND {_WAITING}
                   FOR KEY SHARE SKIP LOCKED
                """,
                (list(job_ids),),
            )
            return {row[0] for row in cr.fetchall()}
    except psycopg2.errors.SerializationFailure:
        if len(job_ids) == 1:
            return set()
        middle = len(job_ids) // 2
        return _lock_waiting(cr, job_ids[:middle]) | _lock_waiting(cr, job_ids[middle:])


def is_current(cr, *, job_id: int) -> bool:
    """Is this row still as the transaction's snapshot shows it?

    In REPEATABLE READ a job may look as if it waited long after it has started. FOR
    KEY SHARE does not notice, FOR SHARE does; but kept, that lock would make others
    wait, so the savepoint gives it back at once.

    :return: False when the row has changed, or somebody is changing it
    """
    try:
        with _savepoint(cr):
            execute_quietly(
                cr, "SELECT id FROM queue_job WHERE id = %s FOR SHARE SKIP LOCKED", (job_id,)
            )
            locked = cr.fetchone() is not None
            cr.execute("ROLLBACK TO SAVEPOINT queue_job_unique")
    except psycopg2.errors.SerializationFailure:
        return False
    return locked


def replace(cr, *, job_id: int, values: Mapping[str, Any]) -> bool:
    """Let a waiting job do something else instead.

    :param values: columns to set
    :return: False when the job has started, or somebody is writing it: nothing is
        changed then
    """
    columns = ", ".join(f'"{column}" = %({column})s' for column in values)
    try:
        with _savepoint(cr):
            execute_quietly(
                cr,
                f"""
                UPDATE queue_job SET {columns}
                 WHERE id IN (SELECT id FROM queue_job
                               WHERE id = %(id)s AND {_WAITING}
                                 FOR NO KEY UPDATE SKIP LOCKED)
                """,
                {**values, "id": job_id},
            )
            return cr.rowcount == 1
    except psycopg2.errors.SerializationFailure:
        return False


def without_key(cr, *, uuids: Iterable[str]) -> list[tuple[str, int, str, bool]]:
    """Which of these jobs should have a unique key and have none yet?

    :return: (identity key, id, uuid, whether it is part of a graph), by key
    """
    cr.execute(
        f"""
        SELECT identity_key, id, uuid,
               EXISTS (SELECT 1 FROM queue_job_dependency edge
                        WHERE edge.parent_id = job.id OR edge.child_id = job.id)
          FROM queue_job job
         WHERE uuid = ANY(%s) AND identity_key IS NOT NULL AND unique_key IS NULL
           AND {_WAITING}
         ORDER BY identity_key, id
        """,
        (list(uuids),),
    )
    return cr.fetchall()


def take(cr, *, job_ids: Sequence[int]) -> list[int]:
    """Take the unique keys of jobs, as many as are free.

    :param job_ids: sorted by key, so that two who take the same keys can't wait for
        each other
    :return: ids of the jobs whose key somebody else has
    """
    lost: list[int] = []
    for start in range(0, len(job_ids), _KEYS_PER_STATEMENT):
        lost += _take(cr, job_ids[start : start + _KEYS_PER_STATEMENT])
    return lost


def _take(cr, job_ids: Sequence[int]) -> list[int]:
    if not job_ids:
        return []
    try:
        with _savepoint(cr):
            cr.execute("SELECT current_setting('lock_timeout')")
            (before,) = cr.fetchone()
            execute_quietly(
                cr,
                "SET LOCAL lock_timeout = %s; SELECT queue_job_take_keys(%s); "
                "SET LOCAL lock_timeout = %s",
                (LOCK_TIMEOUT, list(job_ids), before),
            )
    except _CONFLICTS:
        if len(job_ids) == 1:
            return list(job_ids)
        middle = len(job_ids) // 2
        return _take(cr, job_ids[:middle]) + _take(cr, job_ids[middle:])
    return []


def hold(cr, *, key: str) -> str | None:
    """Find the waiting job that has a key and keep it from starting.

    :param cr: cursor whose snapshot is younger than the conflict
    :return: the job's uuid, None when it is being claimed or has gone
    """
    try:
        with _savepoint(cr):
            execute_quietly(
                cr,
                f"""
                SELECT uuid FROM queue_job
                 WHERE unique_key = %s AND {_WAITING}
                   FOR KEY SHARE SKIP LOCKED
                """,
                (key,),
            )
            row = cr.fetchone()
    except psycopg2.errors.SerializationFailure:
        return None
    return row[0] if row else None


def park(cr, *, job_id: int) -> None:
    """Keep a job of a graph, not committed yet, from starting before it has become a
    stand-in (:func:`stand_in`). If that never happens, a sweep lets it run by itself."""
    cr.execute(
        "UPDATE queue_job SET state = 'wait_dependencies' WHERE id = %s AND state = 'pending'",
        (job_id,),
    )


def stand_in(cr, *, job_id: int, twin_uuid: str) -> bool:
    """Let a job of a graph do nothing but wait for a twin that does the same.

    What was to run after the job runs after the twin, and after the job's own parents.

    :param cr: cursor that sees both, while the twin is kept from starting
    :param twin_uuid: the job that does the work
    :return: False when the job does not wait any more: it runs by itself then
    """
    cr.execute(
        f"""
        WITH twin AS (
            SELECT id, uuid FROM queue_job WHERE uuid = %(twin)s
        ), changed AS (
            UPDATE queue_job job
               SET method_name = '{BARRIER_METHOD}', identity_key = NULL, unique_key = NULL,
                   concurrency_key = NULL, result = 'The job ' || twin.uuid || ' does the same'
              FROM twin
             WHERE job.id = %(id)s AND job.state = 'wait_dependencies'
         RETURNING job.id, job.graph_uuid, twin.id AS twin_id
        ), joined AS (
            -- Whose end releases others: the worker looks at this column first.
            UPDATE queue_job job
               SET graph_uuid = changed.graph_uuid
              FROM changed
             WHERE job.id = changed.twin_id AND job.graph_uuid IS NULL
        )
        INSERT INTO queue_job_dependency (parent_id, child_id, policy)
        SELECT twin_id, id, 'wait' FROM changed
            ON CONFLICT DO NOTHING
        """,
        {"id": job_id, "twin": twin_uuid},
    )
    return cr.rowcount == 1


def remove(cr, *, job_id: int) -> None:
    """Take a job that was never committed out again."""
    cr.execute("DELETE FROM queue_job WHERE id = %s", (job_id,))

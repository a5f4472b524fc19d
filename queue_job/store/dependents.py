# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Edges between jobs, and what the end of a job means for those below it.

Readiness is not kept anywhere: it is read from the states of the parents, by a short
statement of its own after a parent has ended, and again by the sweeper. A worker that
dies between its commit and that statement therefore loses nothing, and two parents
that end together never write a row of each other's transaction.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime

from .clock import NOW

#: Method of the rows that stand between two large groups. They do nothing, so they
#: are done as soon as they are ready, without a worker.
BARRIER_METHOD = "_graph_barrier"

_EDGES_PER_STATEMENT = 1000

CANCELLED_WITH_PARENT = "Cancelled because a job it depends on was cancelled"
CANCELLED_AFTER_FAILURE = "Cancelled because a job it depends on failed"

# An edge is satisfied when its parent ended as the edge's policy asks for.
_UNSATISFIED = """
    EXISTS (
        SELECT 1
          FROM queue_job_dependency edge
          JOIN queue_job parent ON parent.id = edge.parent_id
         WHERE edge.child_id = child.id
           AND CASE edge.policy
                 WHEN 'always' THEN parent.state NOT IN ('done', 'cancelled', 'failed')
                 ELSE parent.state <> 'done'
               END)
"""


def add_edges(cr, edges: Sequence[tuple[str, str, str]]) -> None:
    """Add edges between stored jobs; known ones, and missing jobs, are left out.

    :param edges: (uuid of the parent, uuid of the child, policy)
    """
    for start in range(0, len(edges), _EDGES_PER_STATEMENT):
        parents, children, policies = zip(*edges[start : start + _EDGES_PER_STATEMENT], strict=True)
        cr.execute(
            """
            INSERT INTO queue_job_dependency (parent_id, child_id, policy)
            SELECT parent.id, child.id, edge.policy
              FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[])
                   AS edge(parent, child, policy)
              JOIN queue_job parent ON parent.uuid = edge.parent
              JOIN queue_job child ON child.uuid = edge.child
                ON CONFLICT DO NOTHING
            """,
            (list(parents), list(children), list(policies)),
        )


def parent_uuids(cr, *, job_uuid: str, limit: int | None = None) -> list[str]:
    """Return the uuids of the jobs that a job waits for."""
    cr.execute(
        """
        SELECT parent.uuid
          FROM queue_job child
          JOIN queue_job_dependency edge ON edge.child_id = child.id
          JOIN queue_job parent ON parent.id = edge.parent_id
         WHERE child.uuid = %s
         LIMIT %s
        """,
        (job_uuid, limit),
    )
    return [row[0] for row in cr.fetchall()]


def child_uuids(cr, *, job_uuid: str, limit: int | None = None) -> list[str]:
    """Return the uuids of the jobs that wait for a job."""
    cr.execute(
        """
        SELECT child.uuid
          FROM queue_job parent
          JOIN queue_job_dependency edge ON edge.parent_id = parent.id
          JOIN queue_job child ON child.id = edge.child_id
         WHERE parent.uuid = %s
         LIMIT %s
        """,
        (job_uuid, limit),
    )
    return [row[0] for row in cr.fetchall()]


def parent_results(cr, *, job_uuid: str) -> dict[str, str | None]:
    """Return the results of the jobs that a job waits for, by uuid.

    Barriers are replaced by their own parents.
    """
    cr.execute(
        f"""
        WITH RECURSIVE parents AS (
            SELECT parent.id, parent.uuid, parent.result, parent.method_name
              FROM queue_job child
              JOIN queue_job_dependency edge ON edge.child_id = child.id
              JOIN queue_job parent ON parent.id = edge.parent_id
             WHERE child.uuid = %s
            UNION
            SELECT parent.id, parent.uuid, parent.result, parent.method_name
              FROM parents
              JOIN queue_job_dependency edge ON edge.child_id = parents.id
              JOIN queue_job parent ON parent.id = edge.parent_id
             WHERE parents.method_name = '{BARRIER_METHOD}'
        )
        SELECT uuid, result FROM parents WHERE method_name <> '{BARRIER_METHOD}' ORDER BY id
        """,
        (job_uuid,),
    )
    return dict(cr.fetchall())


def waiting(cr, *, job_ids: Iterable[int]) -> list[int]:
    """Which of these jobs have a parent that holds them back?

    :return: their ids
    """
    cr.execute(
        f"SELECT child.id FROM queue_job child WHERE child.id = ANY(%s) AND {_UNSATISFIED}",
        (list(job_ids),),
    )
    return [row[0] for row in cr.fetchall()]


def waiting_within(cr, *, job_ids: Iterable[int]) -> list[int]:
    """Which of these jobs wait for another of them?

    :return: their ids
    """
    cr.execute(
        """
        SELECT DISTINCT child.id
          FROM queue_job_dependency edge
          JOIN queue_job child ON child.id = edge.child_id
         WHERE edge.parent_id = ANY(%(ids)s) AND edge.child_id = ANY(%(ids)s)
           AND child.state = 'wait_dependencies'
        """,
        {"ids": list(job_ids)},
    )
    return [row[0] for row in cr.fetchall()]


def release(
    cr, *, parent_ids: Iterable[int], now: datetime | None = None
) -> tuple[list[int], list[int]]:
    """Let the jobs below ended ones go on: to pending, or to cancelled.

    Run it on an autocommit connection after the parents' commit.

    :param parent_ids: jobs that have ended
    :return: ids set to pending, ids set to cancelled
    """
    released: list[int] = []
    cancelled: list[int] = []
    frontier = list(parent_ids)
    while frontier:
        doomed = _cancel_below(cr, frontier, now)
        cancelled += doomed
        ready, passed = _release_below(cr, frontier + doomed, now)
        released += ready
        frontier = passed
    return released, cancelled


def sweep(
    cr, *, after_id: int = 0, limit: int = 1000, now: datetime | None = None
) -> tuple[list[int], list[int], int]:
    """Do for some waiting jobs what :func:`release` may have missed.

    Served by ``queue_job_waiting_index``. A round over all waiting jobs is made of
    several calls, each going on where the last one ended.

    :param after_id: where the last call ended, 0 to begin a round
    :param limit: number of waiting jobs to look at
    :return: ids set to pending, ids set to cancelled, and the ``after_id`` of the
        next call, 0 when the round is over
    """
    cr.execute(
        """
        SELECT child.id,
               ARRAY(SELECT edge.parent_id FROM queue_job_dependency edge
                       JOIN queue_job parent ON parent.id = edge.parent_id
                      WHERE edge.child_id = child.id
                        AND parent.state IN ('done', 'cancelled', 'failed'))
          FROM queue_job child
         WHERE child.state = 'wait_dependencies' AND child.id > %s
         ORDER BY child.id
         LIMIT %s
        """,
        (after_id, limit),
    )
    rows = cr.fetchall()
    if not rows:
        return [], [], 0
    orphans = [child_id for child_id, parents in rows if not parents]
    ended = sorted({parent for _child_id, parents in rows for parent in parents})
    released, cancelled = release(cr, parent_ids=ended, now=now)
    # Jobs whose parents have all been deleted.
    ready, passed = _set_ready(cr, "child.id = ANY(%(ids)s)", orphans, now)
    more, doomed = release(cr, parent_ids=passed, now=now)
    next_id = rows[-1][0] if len(rows) == limit else 0
    return released + ready + more, cancelled + doomed, next_id


def release_all(cr, *, limit: int = 2000, now: datetime | None = None) -> int:
    """Sweep the waiting jobs: the oldest, and with very many a stretch of the others.

    :param limit: number of waiting jobs to look at, twice
    :return: number of jobs that go on or were cancelled
    """
    released, cancelled, next_id = sweep(cr, limit=limit, now=now)
    if next_id:
        # Each sweep takes another stretch, so that none is forgotten and no sweep is
        # long, whatever the number of waiting jobs.
        cr.execute(
            """
            SELECT max(id) FROM queue_job
             WHERE state = 'wait_dependencies' AND id > %s
            """,
            (next_id,),
        )
        last_id = cr.fetchone()[0] or next_id
        start = random.randint(next_id, last_id)
        more, doomed, _next_id = sweep(cr, after_id=start, limit=limit, now=now)
        released += more
        cancelled += doomed
    return len(released) + len(cancelled)


def _release_below(cr, parent_ids: list[int], now) -> tuple[list[int], list[int]]:
    return _set_ready(
        cr,
        "child.id IN (SELECT child_id FROM queue_job_dependency WHERE parent_id = ANY(%(ids)s))",
        parent_ids,
        now,
    )


def _set_ready(cr, where: str, ids: list[int], now) -> tuple[list[int], list[int]]:
    """Release those waiting jobs that no parent holds back.

    :return: ids of the jobs that are pending now, ids of the barriers that are done
    """
    if not ids:
        return [], []
    # NO KEY: whoever enqueues a twin holds a waiting job FOR KEY SHARE, maybe for
    # long. SKIP LOCKED: should somebody be writing the row, the sweeper comes back.
    cr.execute(
        f"""
        UPDATE queue_job job
           SET state = CASE WHEN job.method_name = '{BARRIER_METHOD}'
                            THEN 'done' ELSE 'pending' END,
               date_done = CASE WHEN job.method_name = '{BARRIER_METHOD}' THEN {NOW} END,
               unique_key = CASE WHEN job.method_name = '{BARRIER_METHOD}'
                                 THEN NULL ELSE job.unique_key END
         WHERE job.id IN (
               SELECT child.id
                 FROM queue_job child
                WHERE {where}
                  AND child.state = 'wait_dependencies'
                  AND NOT {_UNSATISFIED}
                  FOR NO KEY UPDATE OF child SKIP LOCKED)
     RETURNING job.id, job.state
        """,
        {"ids": ids, "now": now},
    )
    rows = cr.fetchall()
    return (
        [job_id for job_id, state in rows if state == "pending"],
        [job_id for job_id, state in rows if state == "done"],
    )


def _cancel_below(cr, parent_ids: list[int], now) -> list[int]:
    """Cancel waiting jobs below cancelled ones, and below failed ones that say so."""
    cr.execute(
        f"""
        WITH RECURSIVE doomed(id, reason) AS (
            SELECT edge.child_id,
                   CASE WHEN parent.state = 'failed' THEN %(failed)s ELSE %(cancelled)s END
              FROM queue_job_dependency edge
              JOIN queue_job parent ON parent.id = edge.parent_id
              JOIN queue_job child ON child.id = edge.child_id
             WHERE edge.parent_id = ANY(%(ids)s)
               AND child.state = 'wait_dependencies'
               AND (parent.state = 'cancelled' AND edge.policy <> 'always'
                    OR parent.state = 'failed' AND edge.policy = 'cancel')
            UNION
            SELECT edge.child_id, %(cancelled)s
              FROM doomed
              JOIN queue_job_dependency edge ON edge.parent_id = doomed.id
              JOIN queue_job child ON child.id = edge.child_id
             WHERE child.state = 'wait_dependencies' AND edge.policy <> 'always'
        ), locked AS (
            SELECT child.id
              FROM queue_job child
             WHERE child.id IN (SELECT id FROM doomed)
               AND child.state = 'wait_dependencies'
               FOR NO KEY UPDATE SKIP LOCKED
        )
        UPDATE queue_job job
           SET state = 'cancelled',
               date_cancelled = COALESCE(
                   -- The date of what it was cancelled with: its parent, or else those
                   -- all this began with.
                   (SELECT max(parent.date_cancelled)
                      FROM queue_job_dependency edge
                      JOIN queue_job parent ON parent.id = edge.parent_id
                     WHERE edge.child_id = job.id AND parent.state = 'cancelled'),
                   (SELECT max(first.date_cancelled) FROM queue_job first
                     WHERE first.id = ANY(%(ids)s) AND first.state = 'cancelled'),
                   {NOW}),
               unique_key = NULL,
               result = (SELECT max(reason) FROM doomed WHERE doomed.id = job.id)
          FROM locked
         WHERE job.id = locked.id
     RETURNING job.id
        """,
        {
            "ids": parent_ids,
            "now": now,
            "cancelled": CANCELLED_WITH_PARENT,
            "failed": CANCELLED_AFTER_FAILURE,
        },
    )
    return [row[0] for row in cr.fetchall()]

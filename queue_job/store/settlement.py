# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The statement by which every end of a run other than success is written.

It locks the rows it settles, checks the token, writes them and keeps the attempt in
``queue_job_attempt``. The lock is FOR NO KEY UPDATE, which waits for whoever writes the
row, and for nobody who only refers to it (an edge of a graph, a request to cancel) in a
transaction that may last for long.
"""

from __future__ import annotations

import psycopg2.errors

from ..rules.texts import storable
from .clock import NOW

# A job whose process died this many times in a row is not tried again.
MAX_CRASHES = 3

# A lost connection is hardly ever the job's fault, but a statement can bring a database
# down, and must not do so for ever.
MAX_DISCONNECTS = 10

FREE = """
           run_token = NULL,
           runner_id = NULL,
           worker_pid = NULL
"""

AGAIN = f"""
           state = 'pending',
           date_enqueued = NULL,
           date_started = NULL,
           unique_key = {{unique_key}},
{FREE}
"""

# The key goes back to a job that will wait again only if no twin has taken it in the
# meantime; otherwise the two run one after the other.
_KEY_IFFREE = """
    (SELECT j.identity_key
      WHERE NOT EXISTS (SELECT 1 FROM queue_job twin WHERE twin.unique_key = j.identity_key))
"""

_HELD_BY_TOKEN = "j.id = ANY(%(ids)s) AND j.run_token = %(run_token)s"

_STATEMENT = f"""
    WITH held AS (
        SELECT j.id, j.attempt, j.worker_pid, j.date_started, j.state, j.crashes,
               r.name AS runner_name
          FROM queue_job j
          LEFT JOIN queue_job_runner r ON r.id = j.runner_id
         WHERE {{where}}
           FOR NO KEY UPDATE OF j SKIP LOCKED
    ), settled AS (
        UPDATE queue_job j
           SET {{assignments}}
          FROM held
         WHERE j.id = held.id
     RETURNING j.id, j.state, j.graph_uuid
    ), recorded AS (
        INSERT INTO queue_job_attempt (
            job_id, number, runner_name, worker_pid, date_start, date_end,
            outcome, exc_name, exc_message, exc_info)
        SELECT id, attempt, runner_name, worker_pid, date_started, {NOW},
               {{outcome}}, %(exc_name)s, %(exc_message)s, %(exc_info)s
          FROM held
         -- Its new state may have been written through the ORM, in this transaction.
         WHERE date_started IS NOT NULL AND state <> 'enqueued'
    )
    SELECT id, state FROM settled
"""


def settle(
    cr,
    assignments: str,
    *,
    outcome: str,
    where: str = _HELD_BY_TOKEN,
    skip_locked: bool = False,
    **params,
) -> list[tuple[int, str]]:
    """Write an end of some jobs, with their attempts.

    :param cr: cursor of an autocommit connection (READ COMMITTED)
    :param assignments: what becomes of the jobs (``j``, as they were: ``held``)
    :param outcome: what the attempts' history says
    :param where: which jobs; by default those of a lease that is still ours
    :param skip_locked: leave out rows that somebody is writing, instead of waiting
    :param params: values for the places in the texts; ``exc_*`` go to the history too
    :return: (id, new state) of each job
    """
    params = {
        "now": None,
        "exc_name": None,
        "exc_message": None,
        "exc_info": None,
        "outcome": outcome,
        "max_crashes": MAX_CRASHES,
        "max_disconnects": MAX_DISCONNECTS,
        **{
            # Exceptions quote what they could not deal with.
            name: storable(value) if isinstance(value, str) else value
            for name, value in params.items()
        },
    }
    statement = _STATEMENT if skip_locked else _STATEMENT.replace(" SKIP LOCKED", "")
    # Two tries: between the look for a twin and the write, a twin may take the key.
    for unique_key in (_KEY_IFFREE, "NULL"):
        text = statement.format(
            where=where,
            assignments=assignments.replace("{unique_key}", unique_key),
            outcome="%(outcome)s",
        )
        try:
            cr.execute(text, params)
        except psycopg2.errors.UniqueViolation:
            continue
        return cr.fetchall()
    return []

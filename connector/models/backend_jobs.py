# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which jobs are those of a backend."""

from odoo.api import Environment
from odoo.tools import SQL

from .backend_kinds import binding_models

#: The jobs that are not over, and those that failed. Each condition is the one of a partial index
#: of the jobs' table (the claim, the scheduled, the waiting, the leased, the failed), so what is
#: done, which may be millions of jobs, is not looked at.
_OPEN = (
    SQL("state = 'pending' AND is_due"),
    SQL("state = 'pending' AND NOT is_due"),
    SQL("state = 'wait_dependencies'"),
    SQL("run_token IS NOT NULL"),
    SQL("state = 'failed'"),
)

WAITING = ("wait_dependencies", "pending", "enqueued", "started")
FAILED = ("failed",)


def backend_of_job(env: Environment, backend_model: str) -> SQL:
    """Write the expression that finds the backend of a row of ``queue_job``.

    It is the first argument of the import jobs, the argument ``backend``, the record of the job,
    or what the binding says that an export job works on.

    :param env: environment
    :param backend_model: name of the backends' model
    :return: SQL for the backend's id, or NULL
    """
    cases = [
        SQL("WHEN args->0->>'model' = %s THEN (args->0->'ids'->>0)::int", backend_model),
        SQL(
            "WHEN kwargs->'backend'->>'model' = %s THEN (kwargs->'backend'->'ids'->>0)::int",
            backend_model,
        ),
        SQL("WHEN model_name = %s THEN (records->'ids'->>0)::int", backend_model),
    ]
    for model_name, link in binding_models(env, backend_model).items():
        model = env[model_name]
        cases.append(
            SQL(
                "WHEN model_name = %s THEN"
                " (SELECT binding.%s FROM %s AS binding"
                " WHERE binding.id = (records->'ids'->>0)::int)",
                model_name,
                SQL.identifier(link, to_flush=model._fields[link]),
                SQL.identifier(model._table),
            )
        )
    return SQL("CASE %s END", SQL(" ").join(cases))


def count_open_jobs(env: Environment, backend_model: str) -> dict[tuple[int, str], dict[str, int]]:
    """Count the jobs that wait, run or have failed.

    :param env: environment
    :param backend_model: name of the backends' model
    :return: number of jobs by state, by backend id and model of the job
    """
    names = (backend_model, *binding_models(env, backend_model))
    rows = env.execute_query(
        SQL(
            "SELECT backend, model_name, state, count(*)"
            "  FROM (%s) AS open_jobs CROSS JOIN LATERAL (SELECT %s AS backend) AS found"
            " WHERE backend IS NOT NULL GROUP BY 1, 2, 3",
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT model_name, state, args, kwargs, records FROM queue_job"
                    " WHERE %s AND model_name IN %s",
                    condition,
                    names,
                )
                for condition in _OPEN
            ),
            backend_of_job(env, backend_model),
        )
    )
    counts = {}
    for backend_id, model_name, state, number in rows:
        counts.setdefault((backend_id, model_name), {})[state] = number
    return counts


def total(counts: dict[str, int], states: tuple[str, ...]) -> int:
    """Add up the jobs in some states.

    :param counts: number of jobs by state
    :param states: states to count
    """
    return sum(counts.get(state, 0) for state in states)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Edges of job graphs, from texts on both ends to rows of their own; and old leftovers."""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)

#: Scheduled actions of older versions. They were never to be updated, so Odoo keeps them.
_OLD_CRONS = ("ir_cron_autovacuum_queue_jobs", "ir_cron_queue_job_garbage_collector")
#: Methods that they called, and that people's own scheduled actions may call.
_OLD_METHODS = ("autovacuum", "requeue_stuck_jobs")


def migrate(cr, version):
    if not version:
        return
    # Its rows said who was alive; leases do now.
    cr.execute("DROP TABLE IF EXISTS queue_job_lock")
    _copy_edges(cr)
    env = api.Environment(cr, SUPERUSER_ID, {})
    _remove_crons(env)
    _resolve_channels(env)


def _remove_crons(env):
    for name in _OLD_CRONS:
        if cron := env.ref(f"queue_job.{name}", raise_if_not_found=False):
            cron.unlink()
    model = env["ir.model"]._get("queue.job")
    for method in _OLD_METHODS:
        crons = env["ir.cron"].search(
            [("model_id", "=", model.id), ("code", "like", f"model.{method}(")]
        )
        for cron in crons:
            cron.active = False
            _logger.warning(
                "The scheduled action %s (id %s) was switched off: queue.job has no method %s any "
                "more. Old jobs are deleted by Odoo's own clean-up, jobs of dead servers come "
                "back by themselves.",
                cron.name,
                cron.id,
                method,
            )


def _resolve_channels(env):
    """Make a branch of the tree of each channel that has a dot in its own name."""
    for channel in env["queue.job.channel"].search([("name", "like", ".")]):
        channel.name = channel.name


def _copy_edges(cr):
    cr.execute(
        """
        SELECT 1 FROM information_schema.columns
         WHERE table_name = 'queue_job' AND column_name = 'dependencies'
           AND table_schema = current_schema()
        """
    )
    if not cr.fetchone():
        return
    # Either end may have been deleted; the graphs of jobs that are over are kept too,
    # as the form shows them.
    cr.execute(
        """
        INSERT INTO queue_job_dependency (parent_id, child_id, policy)
        SELECT DISTINCT parent.id, child.id, 'wait'
          FROM queue_job child,
               jsonb_array_elements_text(
                   CASE WHEN child.dependencies LIKE '{%%'
                        THEN COALESCE(child.dependencies::jsonb -> 'depends_on', '[]') END
               ) AS edge(uuid)
          JOIN queue_job parent ON parent.uuid = edge.uuid
         WHERE parent.id != child.id
            ON CONFLICT DO NOTHING
        """,
        [],
    )

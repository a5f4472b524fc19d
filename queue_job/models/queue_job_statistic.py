# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sums of what has run, by minute: what the dashboard and the metrics are made of."""

from odoo import api, fields, models

from ..store import statistics


class QueueJobStatistic(models.Model):
    """Written by the runners every few seconds, see ``store.statistics``.

    The table is made by hand: the ORM has no fields for arrays.
    """

    _name = "queue.job.statistic"
    _description = "Job Statistics"
    _auto = False
    _log_access = False
    _order = "minute DESC, id"

    grain = fields.Integer(
        string="Minutes", readonly=True, aggregator=None, help="0: the sum of all times"
    )
    minute = fields.Datetime(readonly=True)
    channel = fields.Char(readonly=True)
    function = fields.Char(readonly=True)
    done = fields.Integer(readonly=True)
    failed = fields.Integer(readonly=True)
    retried = fields.Integer(readonly=True)
    crashed = fields.Integer(readonly=True, help="Runs that ended with their process.")
    lost = fields.Integer(readonly=True, help="Runs that were taken back before their end.")
    wait_seconds = fields.Float(string="Waiting (s)", readonly=True)
    run_seconds = fields.Float(string="Running (s)", readonly=True)

    def init(self):
        super().init()
        # Rows are written again and again: some room for that keeps them in their page.
        self.env.cr.execute(
            """
            CREATE TABLE IF NOT EXISTS queue_job_statistic (
                id bigserial PRIMARY KEY,
                grain smallint NOT NULL,
                minute timestamp NOT NULL,
                channel varchar NOT NULL,
                function varchar NOT NULL,
                done bigint NOT NULL DEFAULT 0,
                failed bigint NOT NULL DEFAULT 0,
                retried bigint NOT NULL DEFAULT 0,
                crashed bigint NOT NULL DEFAULT 0,
                lost bigint NOT NULL DEFAULT 0,
                wait_seconds double precision NOT NULL DEFAULT 0,
                run_seconds double precision NOT NULL DEFAULT 0,
                waits bigint[] NOT NULL DEFAULT '{}',
                runs bigint[] NOT NULL DEFAULT '{}'
            ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
            CREATE UNIQUE INDEX IF NOT EXISTS queue_job_statistic_key_uniq
                ON queue_job_statistic (channel, function, grain, minute);
            CREATE INDEX IF NOT EXISTS queue_job_statistic_minute_index
                ON queue_job_statistic (grain, minute);
            """
        )

    @api.autovacuum
    def _gc_minutes(self):
        return statistics.prune(self.env.cr), False

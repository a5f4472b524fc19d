# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Runners: the processes that hand jobs to their workers, one per server."""

from datetime import timedelta

from odoo import api, fields, models

from ..store.clock import LEASE_SECONDS
from .big_integer import BigInteger


class QueueJobRunner(models.Model):
    """One row per start of a runner, written by the engine in plain SQL."""

    _name = "queue.job.runner"
    _description = "Job Server"
    _log_access = False
    _order = "date_start DESC, id DESC"

    name = fields.Char(readonly=True, help="Host name and process id.")
    uuid = fields.Char(string="UUID", readonly=True, help="Drawn anew at every start.")
    hostname = fields.Char(string="Host", readonly=True)
    boot_id = fields.Char(
        readonly=True,
        help="Changes when the machine restarts.",
    )
    pid_namespace = fields.Char(
        string="Process Namespace",
        readonly=True,
        help="Tells containers on one machine apart.",
    )
    pid = fields.Integer(string="Process", readonly=True, aggregator=None)
    start_ticks = BigInteger(
        string="Process Start (ticks)",
        readonly=True,
        aggregator=None,
        help="When the process began, in clock ticks since the machine's boot: "
        "tells it from a later process of the same number.",
    )
    worker_pids = fields.Json(
        string="Worker Processes", readonly=True, help="Process ids of its job workers."
    )
    worker_count = fields.Integer(
        string="Workers", compute="_compute_worker_count", aggregator=None
    )
    slots = fields.Integer(readonly=True, help="Jobs it can run at the same time.")
    version = fields.Char(
        readonly=True, help="Version of the job queue that its processes have loaded."
    )
    kind = fields.Selection(
        [("process", "Process"), ("cron", "Scheduled Action")],
        readonly=True,
        default="process",
        help="What runs the jobs: processes of their own, or a scheduled action of Odoo "
        "where no process may be started.",
    )
    listens = fields.Boolean(
        string="Hears of New Jobs",
        readonly=True,
        default=True,
        help="The database tells it of new jobs at once. Otherwise it looks every second, "
        "as behind a connection pooler.",
    )
    obstacle = fields.Char(
        string="Starts Nothing Because", readonly=True, help="Why it starts no jobs now."
    )
    date_start = fields.Datetime(string="Started On", readonly=True)
    date_beat = fields.Datetime(
        string="Last Beat",
        readonly=True,
        help="Renewed every second; without a beat for 15 seconds the server counts "
        "as gone and its jobs are given to others.",
    )
    beat_age = fields.Integer(
        string="Silence (s)",
        compute="_compute_liveness",
        aggregator=None,
        help="Seconds since the last beat.",
    )
    state = fields.Selection(
        [("running", "Running"), ("stopping", "Stopping"), ("dead", "Stopped")],
        readonly=True,
        default="running",
    )
    liveness = fields.Selection(
        [
            ("alive", "Alive"),
            ("stopping", "Stopping"),
            ("lost", "No Sign of Life"),
            ("dead", "Stopped"),
        ],
        string="Status",
        compute="_compute_liveness",
        help="Alive: beats. Stopping: finishes its running jobs. No sign of life: "
        "should beat but does not. Stopped: ended or was given up.",
    )

    _uuid_uniq = models.UniqueIndex("(uuid)", "Two job servers drew the same identifier.")

    @api.depends("worker_pids")
    def _compute_worker_count(self):
        for runner in self:
            runner.worker_count = len(runner.worker_pids or [])

    @api.depends("date_beat", "state")
    def _compute_liveness(self):
        # The beats are written by the database's clock, so they are compared
        # with it: the clocks of two servers may differ by more than a lease.
        self.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        [now] = self.env.cr.fetchone()
        for runner in self:
            age = now - runner.date_beat if runner.date_beat else None
            runner.beat_age = max(0, int(age.total_seconds())) if age else 0
            late = age is None or age > timedelta(seconds=LEASE_SECONDS)
            if runner.state == "dead":
                runner.liveness = "dead"
            elif late:
                runner.liveness = "lost"
            else:
                runner.liveness = "stopping" if runner.state == "stopping" else "alive"

    def action_open_jobs(self) -> dict:
        """Open the jobs that this server is running.

        :return: action dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("queue_job.action_queue_job")
        action["domain"] = [("runner_id", "=", self.id)]
        action["context"] = {}
        action["display_name"] = self.env._("Jobs on %(server)s", server=self.name)
        return action

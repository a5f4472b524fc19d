# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Attempts: what became of each run of a job."""

from odoo import api, fields, models

from .payload_group import PAYLOAD_GROUP


class QueueJobAttempt(models.Model):
    """One row per ended run, except the success of a first try.

    Written by the engine in plain SQL; a job that went well at once has none.
    """

    _name = "queue.job.attempt"
    _description = "Job Attempt"
    _log_access = False
    _order = "job_id, number DESC, id DESC"
    _rec_name = "number"

    job_id = fields.Many2one(
        "queue.job", required=True, readonly=True, ondelete="cascade", index=True
    )
    number = fields.Integer(string="Attempt", readonly=True, aggregator=None)
    runner_name = fields.Char(string="Server", readonly=True)
    worker_pid = fields.Integer(string="Worker Process", readonly=True, aggregator=None)
    date_start = fields.Datetime(string="Began", readonly=True)
    date_end = fields.Datetime(string="Ended", readonly=True)
    duration = fields.Float(string="Duration (s)", compute="_compute_duration", aggregator="avg")
    outcome = fields.Selection(
        [
            ("done", "Done"),
            ("failed", "Failed"),
            ("retry", "To Be Tried Again"),
            ("conflict", "In Conflict With Others"),
            ("crashed", "Process Died"),
            ("disconnected", "Database Lost"),
            ("timeout", "Over the Time Limit"),
            ("cancelled", "Cancelled"),
            ("released", "Given Back"),
        ],
        readonly=True,
        help="Given back: the server stopped, or the job did not get its turn in "
        "time; such a run counts for nothing.",
    )
    exc_name = fields.Char(string="Exception", readonly=True)
    exc_message = fields.Char(string="Exception Message", readonly=True, groups=PAYLOAD_GROUP)
    exc_info = fields.Text(string="Exception Info", readonly=True, groups=PAYLOAD_GROUP)

    @api.depends("date_start", "date_end")
    def _compute_duration(self):
        for attempt in self:
            if attempt.date_start and attempt.date_end:
                attempt.duration = (attempt.date_end - attempt.date_start).total_seconds()
            else:
                attempt.duration = 0.0

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How far running jobs are, as they report it."""

from odoo import fields, models

from ..rules.progress import percent
from ..store import progress


class QueueJobProgress(models.Model):
    """One row for each job that reports its progress; it goes with the job.

    Written by the worker in plain SQL, past the job's own transaction: nobody else
    writes the row of a running job, and that one shows nothing before it ends.
    """

    _name = "queue.job.progress"
    _description = "Job Progress"
    _log_access = False
    _rec_name = "job_id"

    job_id = fields.Many2one("queue.job", required=True, readonly=True, ondelete="cascade")
    attempt = fields.Integer(readonly=True, aggregator=None)
    done = fields.Float(readonly=True, aggregator=None)
    total = fields.Float(readonly=True, aggregator=None)
    message = fields.Char(readonly=True)
    date = fields.Datetime(string="Reported On", readonly=True)

    _job_uniq = models.UniqueIndex("(job_id)", "A job has one progress.")


class QueueJob(models.Model):
    _inherit = "queue.job"

    progress = fields.Float(
        string="Progress",
        compute="_compute_progress",
        aggregator=None,
        help="In per cent, if the job reports how far it is.",
    )
    has_progress = fields.Boolean(compute="_compute_progress")
    progress_done = fields.Float(string="Units Done", compute="_compute_progress", aggregator=None)
    progress_total = fields.Float(
        string="Units in All", compute="_compute_progress", aggregator=None
    )
    progress_message = fields.Char(string="Says", compute="_compute_progress")

    def _compute_progress(self):
        # Jobs themselves are what access is checked on; this belongs to them.
        found = progress.of_jobs(self.env.cr, job_ids=self.ids)
        for job in self:
            done, total, message = found.get(job.id, (0.0, 0.0, False))
            job.has_progress = job.id in found
            job.progress = percent(done, total)
            job.progress_done = done
            job.progress_total = total or 0.0
            job.progress_message = message or False

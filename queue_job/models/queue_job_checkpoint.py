# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Checkpoints: where jobs go on when they run again."""

from odoo import fields, models

from .payload_group import PAYLOAD_GROUP


class QueueJobCheckpoint(models.Model):
    """One row for each job that has said where to go on, until it is done.

    Written by the job itself, in the transaction that commits the work so far.
    """

    _name = "queue.job.checkpoint"
    _description = "Job Checkpoint"
    _log_access = False
    _rec_name = "job_id"

    job_id = fields.Many2one("queue.job", required=True, readonly=True, ondelete="cascade")
    state = fields.Json(readonly=True, groups=PAYLOAD_GROUP, help="As the job has stored it.")
    date = fields.Datetime(string="Committed On", readonly=True)

    _job_uniq = models.UniqueIndex("(job_id)", "A job has one checkpoint.")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Lines that jobs have logged."""

from odoo import fields, models

from .big_integer import BigInteger
from .payload_group import PAYLOAD_GROUP


class QueueJobLog(models.Model):
    """One row per line; the last ones of each run, while it runs and afterwards.

    Written by the worker in plain SQL, past the job's transaction.
    """

    _name = "queue.job.log"
    _description = "Job Log Line"
    _log_access = False
    _order = "job_id, run_token DESC, number DESC"
    _rec_name = "number"

    job_id = fields.Many2one(
        "queue.job", required=True, readonly=True, ondelete="cascade", index=True
    )
    attempt = fields.Integer(string="Run", readonly=True, aggregator=None)
    run_token = BigInteger(readonly=True, aggregator=None)
    number = fields.Integer(string="Line", readonly=True, aggregator=None)
    date = fields.Datetime(string="Time", readonly=True)
    level = fields.Char(readonly=True)
    logger = fields.Char(readonly=True)
    message = fields.Text(readonly=True, groups=PAYLOAD_GROUP)


class QueueJob(models.Model):
    _inherit = "queue.job"

    log_ids = fields.One2many("queue.job.log", "job_id", string="Log")

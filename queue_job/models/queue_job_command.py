# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Commands: what users ask of running jobs."""

from odoo import fields, models


class QueueJobCommand(models.Model):
    """A request to the server that runs a job.

    Nobody but its server writes the row of a running job, so that its final
    transaction can never collide; what a user wants goes into a row beside it.
    """

    _name = "queue.job.command"
    _description = "Job Command"
    _log_access = False
    _rec_name = "command"

    job_id = fields.Many2one("queue.job", required=True, readonly=True, ondelete="cascade")
    command = fields.Selection(
        [("cancel", "Cancel"), ("stack", "Tell Where It Is")], required=True, readonly=True
    )
    user_id = fields.Many2one("res.users", string="Asked By", readonly=True)
    date = fields.Datetime(string="Asked On", readonly=True, default=fields.Datetime.now)

    _job_uniq = models.UniqueIndex(
        "(job_id, command)", "Somebody has already asked this of the job."
    )

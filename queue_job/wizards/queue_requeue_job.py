# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import api, fields, models


class QueueRequeueJob(models.TransientModel):
    """Requeue the jobs selected in a list, after a confirmation."""

    _name = "queue.requeue.job"
    _description = "Requeue Jobs"

    job_ids = fields.Many2many("queue.job", string="Jobs", default=lambda r: r._default_job_ids())
    job_count = fields.Integer(string="Number of Jobs", compute="_compute_job_count")

    @api.model
    def _default_job_ids(self):
        if self.env.context.get("active_model") != "queue.job":
            return False
        return self.env.context.get("active_ids")

    @api.depends("job_ids")
    def _compute_job_count(self):
        for wizard in self:
            wizard.job_count = len(wizard.job_ids)

    def requeue(self) -> dict:
        """Put the jobs back to pending.

        :return: action that closes the dialog
        """
        self.job_ids.requeue()
        return {"type": "ir.actions.act_window_close"}

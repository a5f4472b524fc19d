# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: That many jobs are changed at once; more of them one batch after the other.
_AT_ONCE = 500


class QueueRequeueJob(models.TransientModel):
    """Requeue the jobs selected in a list, or all that its filter matches.

    The other actions on a selection inherit from it.
    """

    _name = "queue.requeue.job"
    _description = "Requeue Jobs"

    job_ids = fields.Many2many("queue.job", string="Jobs", default=lambda r: r._default_job_ids())
    job_domain = fields.Text(
        string="Filter",
        default=lambda r: r._default_job_domain(),
        help="Set instead of the jobs when all that the filter of the list matches is meant.",
    )
    job_count = fields.Integer(string="Number of Jobs", compute="_compute_job_count")

    @api.model
    def _default_job_ids(self):
        if self.env.context.get("active_model") != "queue.job" or self._default_job_domain():
            return False
        return self.env.context.get("active_ids")

    @api.model
    def _default_job_domain(self):
        """Only our own list says that its whole filter is meant."""
        context = self.env.context
        if context.get("active_model") != "queue.job" or not context.get("queue_job_all"):
            return False
        return json.dumps(context.get("active_domain") or [])

    @api.depends("job_ids", "job_domain")
    def _compute_job_count(self):
        jobs = self.env["queue.job"]
        for wizard in self:
            if wizard.job_domain:
                wizard.job_count = jobs.search_count(Domain(wizard._domain()))
            else:
                wizard.job_count = len(wizard.job_ids)

    def _domain(self) -> list:
        """The jobs as a domain that JSON can hold.

        :raises odoo.exceptions.UserError: for a text that is none
        """
        if not self.job_domain:
            return [("id", "in", self.job_ids.ids)]
        try:
            return list(Domain(json.loads(self.job_domain)))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(domain)s is not a filter of jobs: %(error)s",
                    domain=self.job_domain,
                    error=error,
                )
            ) from error

    def requeue(self) -> dict:
        """Put the jobs back to pending.

        Jobs whose arguments were erased can't run again: they are left alone.

        :return: action that closes the dialog, or shows how far it is
        :raises odoo.exceptions.UserError: when none of the selected jobs can run again
        """
        if not self.job_domain and all(job.sudo().date_erased for job in self.job_ids):
            self.job_ids._check_not_erased()
        return self._act("requeue")

    def _act(self, action: str, **values) -> dict:
        """Do something to the jobs.

        :param action: one of ``queue_job_operation.ACTIONS``
        :param values: what else the action must know
        :return: action that closes the dialog, or shows how far it is
        """
        self.ensure_one()
        if self.job_domain or len(self.job_ids) > _AT_ONCE:
            return self.env["queue.job.operation"]._start(action, self._domain(), **values)
        self.job_ids._operate(action, **values)
        return {"type": "ir.actions.act_window_close"}

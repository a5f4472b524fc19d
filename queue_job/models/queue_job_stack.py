# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where running jobs stand, when somebody asks."""

import time

from odoo import fields, models

from ..engine import notifier
from ..store import stack
from .payload_group import PAYLOAD_GROUP

#: How long somebody who asks waits for the answer; it takes about a second.
_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.1


class QueueJobStack(models.Model):
    """The last answer of each job that was asked, written by its server in plain SQL."""

    _name = "queue.job.stack"
    _description = "Place of a Running Job"
    _log_access = False
    _rec_name = "job_id"

    job_id = fields.Many2one("queue.job", required=True, readonly=True, ondelete="cascade")
    attempt = fields.Integer(readonly=True, aggregator=None)
    stack = fields.Text(readonly=True, groups=PAYLOAD_GROUP)
    statement = fields.Text(readonly=True, groups=PAYLOAD_GROUP)
    date = fields.Datetime(string="Asked On", readonly=True)

    _job_uniq = models.UniqueIndex("(job_id)", "A job stands at one place.")


class QueueJob(models.Model):
    _inherit = "queue.job"

    stack_date = fields.Datetime(string="As of", compute="_compute_stack")
    stack_text = fields.Text(
        string="In Python",
        compute="_compute_stack",
        groups=PAYLOAD_GROUP,
        help="The calls in progress when somebody asked, the innermost last.",
    )
    stack_statement = fields.Text(
        string="In the Database",
        compute="_compute_stack",
        groups=PAYLOAD_GROUP,
        help="The statement in progress when somebody asked, and what it waited for.",
    )

    def _compute_stack(self):
        for job in self:
            found = stack.latest(self.env.cr, job_id=job.id) if job.id else None
            job.stack_date, job.stack_text, job.stack_statement = found or (False, False, False)

    def button_where(self):
        """Ask the server that runs this job where it stands, and wait for the answer.

        :return: True, or an action that says that there is no answer
        """
        self.ensure_one()
        # It stops the job for a moment: for those who act on jobs.
        self.check_access("write")
        if self._ask_where():
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "The job has ended meanwhile, or its server gave no answer: look again in "
                    "a moment."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _ask_where(self) -> bool:
        """Return whether the answer has come."""
        # A transaction of its own: the server has to see the request while we wait.
        with self.env.registry.cursor() as cr:
            asked = stack.request(cr, job_id=self.id, user_id=self.env.uid)
            cr.commit()  # pylint: disable=invalid-commit
            if asked is None:
                return False
            notifier.notify(cr.dbname)
            end = time.monotonic() + _PATIENCE_SECONDS
            while time.monotonic() < end:
                found = stack.latest(cr, job_id=self.id)
                # The next look needs a younger snapshot.
                cr.commit()  # pylint: disable=invalid-commit
                if found and found[0] > asked:
                    return True
                time.sleep(_LOOK_SECONDS)
        return False

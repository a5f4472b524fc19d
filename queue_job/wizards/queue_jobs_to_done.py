# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models


class QueueJobsToDone(models.TransientModel):
    """Set the jobs selected in a list to done, after a confirmation."""

    _name = "queue.jobs.to.done"
    _inherit = "queue.requeue.job"
    _description = "Set Jobs to Done"

    def set_done(self) -> dict:
        """Set the jobs to done; the jobs that depend on them may then run.

        :return: action that closes the dialog, or shows how far it is
        """
        return self._act("done")

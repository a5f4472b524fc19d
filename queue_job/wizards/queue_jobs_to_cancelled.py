# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models


class QueueJobsToCancelled(models.TransientModel):
    """Cancel the jobs selected in a list, after a confirmation."""

    _name = "queue.jobs.to.cancelled"
    _inherit = "queue.requeue.job"
    _description = "Cancel Jobs"

    def set_cancelled(self) -> dict:
        """Cancel the jobs, running ones too, and the waiting jobs that depend on them.

        :return: action that closes the dialog, or shows how far it is
        """
        return self._act("cancel")

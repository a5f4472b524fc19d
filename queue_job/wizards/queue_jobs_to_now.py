# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models


class QueueJobsToNow(models.TransientModel):
    """Run the planned jobs selected in a list now."""

    _name = "queue.jobs.to.now"
    _inherit = "queue.requeue.job"
    _description = "Run Jobs Now"

    def run_now(self) -> dict:
        """Let the jobs run as soon as there is room in their channels.

        :return: action that closes the dialog, or shows how far it is
        """
        return self._act("now")

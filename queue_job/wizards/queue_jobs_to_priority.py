# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class QueueJobsToPriority(models.TransientModel):
    """Give the jobs selected in a list another priority."""

    _name = "queue.jobs.to.priority"
    _inherit = "queue.requeue.job"
    _description = "Change the Priority of Jobs"

    priority = fields.Integer(default=10, required=True, help="The smaller, the sooner.")

    def set_priority(self) -> dict:
        """Write the priority of the jobs that have not begun.

        :return: action that closes the dialog, or shows how far it is
        """
        return self._act("priority", priority=self.priority)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def related_action_of_upgrade(self, name):
        """Return an action that says how it was called."""
        return {"type": "ir.actions.act_url", "url": f"/{name}"}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class QueueJob(models.Model):
    _inherit = "queue.job"

    test_hook = fields.Char()
    test_other = fields.Char()
    test_user_id = fields.Many2one("res.users")
    test_partner_ids = fields.Many2many("res.partner")

    def test_related_action(self, b=0):
        return {"type": "ir.actions.act_url", "url": f"{self.uuid}-{b}"}

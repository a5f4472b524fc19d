# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import fields, models


class TestQueueLinked(models.Model):
    _name = "test.queue.linked"
    _inherit = ["queue.job.mixin"]
    _description = "Records that show their jobs"

    name = fields.Char()

    def touch(self, *args, **kwargs):
        """Touch the record"""

    def break_down(self):
        raise ZeroDivisionError("oh")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What people were told of failures lately, so that they are not flooded."""

from odoo import api, fields, models

from ..store import notices


class QueueJobNotice(models.Model):
    """A few rows for each function that fails, see ``store.notices``."""

    _name = "queue.job.notice"
    _description = "Notice of Failed Jobs"
    _log_access = False
    _rec_name = "function"

    function = fields.Char(required=True, readonly=True)
    hour = fields.Integer(
        required=True, readonly=True, aggregator=None, help="Hours since the year 1970."
    )
    is_digest = fields.Boolean(
        string="For All", readonly=True, help="The message that stood for all that followed."
    )

    _function_index = models.Index("(function, hour)")
    _digest_uniq = models.UniqueIndex("(function, hour) WHERE is_digest")

    @api.autovacuum
    def _gc_notices(self):
        notices.forget_old(self.env.cr)

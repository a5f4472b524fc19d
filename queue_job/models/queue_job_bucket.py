# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Token buckets: how many jobs of a channel may start now."""

from odoo import fields, models


class QueueJobBucket(models.Model):
    """One row per channel with a rate limit or a pause between jobs.

    Written by the claim in plain SQL; a row of its own, as the channel's is read by
    every claim and edited by people.
    """

    _name = "queue.job.bucket"
    _description = "Job Channel Token Bucket"
    _log_access = False
    _rec_name = "channel_id"

    channel_id = fields.Many2one(
        "queue.job.channel", string="Channel", required=True, readonly=True, ondelete="cascade"
    )
    tokens = fields.Float(
        readonly=True, aggregator=None, help="Jobs that might have started at the date."
    )
    date = fields.Datetime(readonly=True, help="Last start of a job.")

    _channel_uniq = models.UniqueIndex("(channel_id)", "A channel has one bucket.")

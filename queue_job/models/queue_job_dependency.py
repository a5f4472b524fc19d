# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Dependencies: which job waits for which."""

from odoo import fields, models


class QueueJobDependency(models.Model):
    """An edge of a graph of jobs; never changed once it is there.

    A row of its own, so that ten thousand jobs may wait for ten thousand others
    without one of them having to carry the list.
    """

    _name = "queue.job.dependency"
    _description = "Job Dependency"
    _log_access = False
    _rec_name = "parent_id"

    parent_id = fields.Many2one(
        "queue.job", string="Job", required=True, readonly=True, ondelete="cascade"
    )
    child_id = fields.Many2one(
        "queue.job", string="Waiting Job", required=True, readonly=True, ondelete="cascade"
    )
    policy = fields.Selection(
        [
            ("wait", "Wait"),
            ("cancel", "Cancel"),
            ("always", "Run All the Same"),
        ],
        string="If the Job Fails",
        required=True,
        readonly=True,
        default="wait",
    )

    # Served in this order: what waits for a job that has ended.
    _parent_child_uniq = models.UniqueIndex("(parent_id, child_id)")
    # And the other way: what a waiting job waits for.
    _child_index = models.Index("(child_id)")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which records jobs are about."""

from odoo import fields, models


class QueueJobLink(models.Model):
    """One narrow row for each job and record, of models with ``queue.job.mixin`` only.

    Written in plain SQL when the job is enqueued, and never again; it goes with the job.
    """

    _name = "queue.job.link"
    _description = "Record of a Job"
    _log_access = False
    _rec_name = "job_id"

    job_id = fields.Many2one(
        "queue.job", required=True, readonly=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )

    _record_index = models.Index("(res_model, res_id, job_id)")


class QueueJob(models.Model):
    _inherit = "queue.job"

    # Whoever may see a job may find it by its records.
    link_ids = fields.One2many(
        "queue.job.link", "job_id", string="Linked Records", bypass_search_access=True
    )

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Starting an import, and following it."""

from odoo import fields, models

from odoo.addons.queue_job.job import CANCELLED, DONE, FAILED


class OdooBackend(models.Model):
    _inherit = "odoo.backend"

    import_start = fields.Datetime(
        string="Last import", readonly=True, copy=False, help="Progress counts jobs from here on."
    )
    job_count = fields.Integer(compute="_compute_job_counts", string="Jobs")
    import_progress = fields.Float(compute="_compute_job_counts", string="Jobs done")
    partner_count = fields.Integer(compute="_compute_partner_count", string="Imported contacts")

    def _compute_can_import_all(self):
        # What is imported is a matter of the lines, not of the model.
        self.can_import_all = True

    def _compute_job_counts(self):
        for backend in self:
            progress = backend._import_progress()
            backend.job_count = progress["total"]
            backend.import_progress = 100 * progress["done"] / (progress["total"] or 1)

    def _compute_partner_count(self):
        for backend in self:
            domain = [("backend_id", "=", backend.id)]
            partners = self.env["odoo.res.partner"].with_context(active_test=False)
            backend.partner_count = partners.search_count(domain)

    def action_import_all(self):
        """Enqueue the import of every enabled kind; what hasn't changed over there is skipped.

        :return: True
        """
        for backend in self:
            backend._add_missing_kinds()
            backend.import_start = fields.Datetime.now()
            backend.kind_ids.filtered("enabled").action_import()
        return True

    def action_view_jobs(self):
        """Open the jobs of the last import.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("queue_job.action_queue_job")
        return {**action, "domain": [("id", "in", self._job_ids())], "context": {}}

    def action_view_partners(self):
        """Open the contacts that came from this backend.

        :return: window action
        """
        self.ensure_one()
        kinds = self.kind_ids.filtered(lambda kind: kind.binding_model == "odoo.res.partner")
        return kinds.action_view_records()

    def _import_progress(self):
        """Tell how far the last import is.

        :return: dict(total=jobs, done=jobs, failed=jobs, records=bindings); ``total`` grows while
            batch jobs still enqueue record jobs
        """
        self.ensure_one()
        counts = self._job_counts()
        return {
            "total": sum(counts.values()) - counts.get(CANCELLED, 0),
            "done": counts.get(DONE, 0),
            "failed": counts.get(FAILED, 0),
            "records": self.record_count,
        }

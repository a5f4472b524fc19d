# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The jobs of bindings: thin methods that find the component that does the work."""

from odoo import api, models


class ConnectorBindingJobs(models.AbstractModel):
    """Methods to be delayed, as ``self.env["x.partner"].with_delay().import_record(backend,
    external_id)``.

    Connectors override them to fix an option, or declare job functions for them (channel, retry
    pattern). They can't be called over RPC: buttons have methods of their own, which check what
    they are given.
    """

    _name = "connector.binding.jobs"
    _description = "Jobs of Bindings (abstract)"

    @api.model
    @api.private
    def import_batch(self, backend, filters=None, page=None, **kwargs):
        """Import the records of a backend that answer to a filter."""
        with self._in_this_job(backend).work_on(self._name) as work:
            return work.component(usage="batch.importer").run(filters=filters, page=page, **kwargs)

    @api.model
    @api.private
    def import_record(self, backend, external_id, force=False, **kwargs):
        """Import a record of a backend."""
        with self._in_this_job(backend).work_on(self._name) as work:
            return work.component(usage="record.importer").run(external_id, force=force, **kwargs)

    @api.model
    @api.private
    def import_group(self, backend, external_ids, force=False, **kwargs):
        """Import a group of records of a backend."""
        with self._in_this_job(backend).work_on(self._name) as work:
            return work.component(usage="group.importer").run(external_ids, force=force, **kwargs)

    @api.model
    @api.private
    def delete_record(self, backend, external_id, **kwargs):
        """Act on a record that was deleted on a backend."""
        with self._in_this_job(backend).work_on(self._name) as work:
            return work.component(usage="record.deleter").run(external_id, **kwargs)

    @api.model
    @api.private
    def import_deletions(self, backend, **kwargs):
        """Find the records that were deleted on a backend."""
        with self._in_this_job(backend).work_on(self._name) as work:
            return work.component(usage="deletion.importer").run(**kwargs)

    @api.private
    def export_record(self, fields=None, **kwargs):
        """Export a record to its backend, unless it was deleted meanwhile."""
        self.ensure_one()
        if not self.exists():
            return self.env._("The record was deleted: there is nothing to export.")
        with self._binding_backend().work_on(self._name) as work:
            return work.component(usage="record.exporter").run(self, fields=fields, **kwargs)

    @api.model
    @api.private
    def export_delete_record(self, backend, external_id, **kwargs):
        """Delete a record on a backend."""
        with self._in_this_job(backend).work_on(self._name) as work:
            return work.component(usage="record.exporter.deleter").run(external_id, **kwargs)

    def _binding_backend(self):
        """Return the backend of the binding."""
        return self.backend_id

    def _in_this_job(self, backend):
        """Return the backend, which came as an argument, in the context of the running job.

        The flows ask it whether the transaction is a job's own: only then do they begin with a
        commit, which makes their lock the first statement of a fresh snapshot.

        :param backend: record of a backend model
        """
        job_uuid = self.env.context.get("job_uuid")
        return backend.with_context(job_uuid=job_uuid) if job_uuid else backend

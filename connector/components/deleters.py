# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is deleted on one side has to go, or to be put away, on the other."""

from odoo.models import BaseModel

from odoo.addons.component.core import AbstractComponent

from ..exception import IDMissingInBackend


class RecordDeleter(AbstractComponent):
    """Acts in Odoo on a record that was deleted in the other system.

    The binding goes. The normal record is archived where its model can, or else stays: other
    documents may point at it. Set ``_on_deleted``, of this component or of the binding model, to
    ``"unlink"`` to delete it too, or to ``"keep"`` to leave it alone.
    """

    _name = "record.deleter"
    _inherit = "base.deleter"
    _usage = "record.deleter"

    #: ``None``: what the binding model says, which is ``"archive"`` by default
    _on_deleted = None

    def run(self, external_id) -> str:
        """Act on a deleted record.

        :param external_id: its id in the other system
        :return: what was done, in words
        :raises RetryableJobError: if the record is being imported
        """
        self.advisory_lock_or_retry(self._record_lock_name(external_id))
        binding = self.binder.to_internal(external_id)
        if not binding:
            return self.env._("Record %s is not bound.", external_id)
        self._delete(binding.with_context(connector_no_export=True))
        return self.env._("Record %s deleted.", external_id)

    def _delete(self, binding: BaseModel) -> None:
        """Delete the binding, and treat the normal record as is due."""
        record = self._odoo_record(binding)
        self._unlink_binding(binding)
        policy = self._on_deleted or getattr(binding, "_on_deleted", "archive")
        if not record or policy == "keep":
            return
        if policy == "unlink":
            record.unlink()
        elif record._active_name:
            record.action_archive()

    def _odoo_record(self, binding: BaseModel) -> BaseModel | None:
        """Find the normal record behind a binding, if there is one."""
        if self.binder._odoo_field not in binding._fields:
            return None
        return self.binder.unwrap_binding(binding)

    def _unlink_binding(self, binding: BaseModel) -> None:
        """Delete the binding."""
        binding.unlink()


class RecordExporterDeleter(AbstractComponent):
    """Deletes in the other system a record that was deleted in Odoo."""

    _name = "record.exporter.deleter"
    _inherit = "base.deleter"
    _usage = "record.exporter.deleter"

    def run(self, external_id) -> str:
        """Delete a record over there.

        :param external_id: its id in the other system
        :return: what was done, in words
        """
        try:
            self.backend_adapter.delete(external_id)
        except IDMissingInBackend:
            # An earlier try of this job may have done it: all is as it should be.
            return self.env._("Record %s was already deleted on the backend.", external_id)
        return self.env._("Record %s deleted on the backend.", external_id)

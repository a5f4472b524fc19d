# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What users change is exported; by jobs, so that nobody waits for the repository."""

from odoo import SUPERUSER_ID

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.queue_job.job import identity_exact

#: Fields of attachments that matter: what is in the document, and whether it has one.
WATCHED = {"name", "raw", "datas", "res_model", "res_id"}


class CmisAttachmentListener(Component):
    """Watches attachments."""

    _name = "cmis.attachment.listener"
    _inherit = ["base.connector.listener", "base.cmis.connector"]
    _apply_on = "ir.attachment"

    @skip_if(lambda self, record, fields=None: self.no_connector_export(record))
    def on_record_create(self, record, fields=None):
        """Export a new attachment."""
        self._export(record)

    @skip_if(lambda self, record, fields=None: self.no_connector_export(record))
    def on_record_write(self, record, fields=None):
        """Export what has changed."""
        if WATCHED.intersection(fields or ()):
            self._export(record)

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_record_unlink(self, record):
        """Delete the document, where that is wanted."""
        bindings = record.env["cmis.document"].with_user(SUPERUSER_ID)
        for binding in bindings.search([("odoo_id", "=", record.id)]):
            backend = binding.backend_id
            if backend.delete_documents and binding.object_id:
                binding.browse().with_delay().export_delete_record(backend, binding.object_id)

    def _export(self, record):
        if record.res_field:
            # The value of a field, such as a picture: no document of its own.
            return
        # Whoever attaches a file need not have to do with the repository.
        backends = record.env["cmis.backend"].with_user(SUPERUSER_ID)
        for backend in backends.search([]):
            if backend._has_document(record):
                # One job is enough for all that happens until it runs.
                jobs = backend.env["cmis.document"].with_delay(identity_key=identity_exact)
                jobs.export_attachment(backend, record.id)

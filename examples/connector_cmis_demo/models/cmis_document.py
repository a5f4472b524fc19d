# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.connector.transaction import commit


class CmisDocument(models.Model):
    """An attachment, and its document in a repository."""

    _name = "cmis.document"
    _inherit = "external.binding"
    _inherits = {"ir.attachment": "odoo_id"}
    _description = "Document of a CMIS Repository"

    odoo_id = fields.Many2one("ir.attachment", "Attachment", required=True, ondelete="cascade")
    backend_id = fields.Many2one("cmis.backend", required=True, ondelete="restrict", index=True)
    external_id = fields.Char(
        string="Document", readonly=True, help="Id of the series of all its versions."
    )
    object_id = fields.Char(
        string="Version", readonly=True, copy=False, help="Id of the version that we know."
    )
    synced_name = fields.Char(readonly=True, copy=False)
    synced_checksum = fields.Char(readonly=True, copy=False)

    _attachment_uniq = models.Constraint(
        "UNIQUE (backend_id, odoo_id)", "The attachment already has a document there."
    )

    @api.model
    @api.private
    def export_attachment(self, backend, attachment_id):
        """Export an attachment, which may not be bound yet, or may be gone.

        :param backend: repository
        :param attachment_id: id of an attachment
        """
        attachment = self.env["ir.attachment"].browse(attachment_id).exists()
        if not attachment or not backend._has_document(attachment):
            return self.env._("The attachment %s is gone.", attachment_id)
        domain = [("backend_id", "=", backend.id), ("odoo_id", "=", attachment.id)]
        binding = self.search(domain)
        if not binding:
            with backend.work_on(self._name) as work:
                # Another job may bind it at the same time; then this one is tried again.
                with work.component(usage="record.exporter")._retry_unique_violation():
                    binding = self.with_context(connector_no_export=True).create(
                        {"backend_id": backend.id, "odoo_id": attachment.id}
                    )
            # So that the next try knows it, whatever happens to this one.
            commit(self.env)
        return self.browse(binding.ids).export_record()

    @api.model
    @api.private
    def export_missing(self, backend):
        """Enqueue the export of all attachments that have no document yet."""
        bound = self.search([("backend_id", "=", backend.id)]).odoo_id
        domain = [*backend._export_domain(), ("id", "not in", bound.ids)]
        attachments = self.env["ir.attachment"].search(domain)
        for attachment in attachments:
            self.with_delay().export_attachment(backend, attachment.id)
        return self.env._("Export of %s attachments prepared.", len(attachments))

    @api.model
    def _version_of(self, record):
        """Return what tells whether a document has changed.

        :param record: its properties
        """
        names = ("cmis:objectId", "cmis:lastModificationDate", "cmis:changeToken")
        return " ".join(str(record.get(name) or "") for name in names).strip()

    def _note_state(self, record, version=False):
        """Note in which state a document and its attachment are the same.

        :param record: properties of the document
        :param version: note also that there is nothing to import
        """
        attachment = self.odoo_id
        values = {
            "object_id": record["cmis:objectId"],
            "synced_name": attachment.name,
            "synced_checksum": attachment.checksum,
        }
        if version:
            values["external_version"] = self._version_of(record)
        self.with_context(connector_no_export=True).write(values)

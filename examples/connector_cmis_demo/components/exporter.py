# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From attachments to documents."""

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import IDMissingInBackend


class CmisRecordExporter(Component):
    """Creates the document of an attachment, or brings its name and content up to date."""

    _name = "cmis.record.exporter"
    _inherit = ["record.exporter", "base.cmis.connector"]

    def __init__(self, work_context):
        super().__init__(work_context)
        #: properties of the document, as last seen
        self.external_record = None

    def _should_import(self):
        # Not to import: to learn which version is the latest, and whether there still is one.
        if self.external_id:
            object_id = self.binding.object_id or self.external_id
            self.external_record = self.backend_adapter.read(object_id)
        return False

    def _create(self, data):
        adapter, attachment = self.backend_adapter, self.binding.odoo_id
        folder = self.backend_record._folder_of(attachment)
        folder_id = adapter.ensure_folder(folder)
        for name in (data["cmis:name"], self._other_name(data["cmis:name"])):
            data = {**data, "cmis:name": name}
            existing = self._find_by_name(folder, name)
            if existing is None:
                break
            if self._is_ours(existing):
                self.external_record = existing
                return adapter.key_of(existing)
        self.external_record = adapter.create(
            folder_id, data, attachment.raw or b"", attachment.mimetype
        )
        return adapter.key_of(self.external_record)

    def _other_name(self, name):
        """Return the name for the second of two attachments of a record with the same name."""
        stem, dot, extension = name.rpartition(".")
        number = self.binding.odoo_id.id
        return f"{stem} ({number}){dot}{extension}" if stem else f"{name} ({number})"

    def _find_by_name(self, folder, name):
        try:
            return self.backend_adapter.read_path(f"{folder}/{name}")
        except IDMissingInBackend:
            return None

    def _is_ours(self, record):
        """Tell whether a document was created by an export of this attachment that did not end."""
        adapter, attachment = self.backend_adapter, self.binding.odoo_id
        return (
            record.get("cmis:baseTypeId") == "cmis:document"
            and not self.binder.to_internal(adapter.key_of(record))
            and record.get("cmis:contentStreamLength") in (None, -1, attachment.file_size)
            and adapter.read_content(record) == (attachment.raw or b"")
        )

    def _update_data(self, map_record, fields=None, **kwargs):
        binding, attachment = self.binding, self.binding.odoo_id
        data = {}
        if attachment.name != binding.synced_name:
            data.update(super()._update_data(map_record, **kwargs))
        if attachment.checksum != binding.synced_checksum:
            data["content"] = attachment.raw or b""
        return data

    def _update(self, data):
        adapter, attachment = self.backend_adapter, self.binding.odoo_id
        data = dict(data)
        if "content" in data:
            self.external_record = adapter.set_content(
                self.external_record, data.pop("content"), attachment.mimetype
            )
        if data:
            # The content may have become a new version: that one is renamed.
            self.external_record = adapter.write(self.external_record, data)

    def _bind(self):
        super()._bind()
        if self._exported:
            self.binding._note_state(self.external_record, version=True)


class CmisExporterDeleter(Component):
    """Deletes the document of a deleted attachment."""

    _name = "cmis.record.exporter.deleter"
    _inherit = ["record.exporter.deleter", "base.cmis.connector"]

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From documents to attachments."""

from odoo.addons.component.core import Component

from .adapter import to_datetime


class CmisBatchImporter(Component):
    """Lists documents, and enqueues a job for each."""

    _name = "cmis.batch.importer"
    _inherit = ["batch.importer", "base.cmis.connector"]

    @property
    def _page_size(self):
        return self.backend_record.page_size

    def _select(self, external_ids):
        # A document filed in several folders comes several times.
        return [list(pair) for pair in dict.fromkeys(map(tuple, external_ids))]

    def _import_one(self, external_id, force):
        """Import a document, or enqueue the job that does.

        :param external_id: pair of external id and object id: only the latter can be read
        """
        key, object_id = external_id
        options = {"object_id": object_id, **({"force": True} if force else {})}
        model = self._delayed_model(self._title(object_id)) if self._delayed else self.model
        model.import_record(self.backend_record, key, **options)


class CmisRecordImporter(Component):
    """Imports one document: its properties first, its content if they have changed."""

    _name = "cmis.record.importer"
    _inherit = ["record.importer", "base.cmis.connector"]

    _external_date_field = "cmis:lastModificationDate"
    _object_id = None

    def run(self, external_id, force=False, object_id=None, **kwargs):
        """Import a document.

        :param external_id: id of the series of its versions; or of one of them
        :param object_id: id of one of its versions, if it is known
        """
        self._object_id = object_id
        return super().run(external_id, force=force, **kwargs)

    def _read(self):
        object_id = self._object_id or self.binding.object_id or self.external_id
        return self.backend_adapter.read(object_id)

    def _external_date(self):
        value = self.external_record.get(self._external_date_field)
        return to_datetime(value) if value else None

    def _external_version(self):
        return self.model._version_of(self.external_record)

    def _must_skip(self):
        record = self.external_record
        if record.get("cmis:baseTypeId") != "cmis:document":
            return self.env._("%s is not a document.", self.external_id)
        if record.get("cmis:isPrivateWorkingCopy"):
            return self.env._("%s is a working copy.", self.external_id)
        size = record.get("cmis:contentStreamLength") or 0
        if size > self.backend_record.max_size * 2**20:
            return self.env._(
                "%(name)s is too large: %(size)s bytes.", name=record["cmis:name"], size=size
            )
        return None

    def _import_record(self):
        key = self.backend_adapter.key_of(self.external_record)
        if key != self.external_id:
            # We only knew a version. From here on the document goes by its own name; whoever
            # imports it at the same time is met at the unique index, at the latest.
            self.external_id = key
            self._lock()
            self.binding = self._get_binding()
        return super()._import_record()

    def _before_import(self):
        # Read after the properties: if it is newer than they are, the next import notices.
        content = self.backend_adapter.read_content(self.external_record)
        self.external_record = {**self.external_record, "content": content}

    def _bind(self, binding):
        super()._bind(binding)
        binding._note_state(self.external_record)


class CmisDeletionImporter(Component):
    """Lists all documents, and has those imported again that are not among them."""

    _name = "cmis.deletion.importer"
    _inherit = ["deletion.importer", "base.cmis.connector"]

    def _listed_ids(self):
        # Of the pairs that the adapter lists, the second one names a version.
        return (key for key, _object_id in super()._listed_ids())


class CmisRecordDeleter(Component):
    """Deletes an attachment that came from a document; others stay, without their document."""

    _name = "cmis.record.deleter"
    _inherit = ["record.deleter", "base.cmis.connector"]

    def _delete(self, binding):
        attachment = binding.odoo_id
        is_imported = attachment.res_model == self.backend_record._name
        self._unlink_binding(binding)
        if is_imported:
            attachment.unlink()

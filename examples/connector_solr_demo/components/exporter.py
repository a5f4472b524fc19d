# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component


class SolrRecordExporter(Component):
    """Puts the document of a product into the index, or takes it out."""

    _name = "solr.record.exporter"
    _inherit = ["record.exporter", "base.solr.connector"]

    def run(self, binding, *args, **kwargs):
        """Export a binding; always the whole document, as Solr replaces documents."""
        self._build = self.backend_record.build
        return super().run(binding, *args, **kwargs)

    def _run(self, fields=None):
        self._lock()
        if self.backend_record._is_listed(self.binding.odoo_id):
            return super()._run()
        # Whether we know of a document or not: an export may have ended half-way.
        self.backend_adapter.delete(self.backend_record._document_id(self.binding.odoo_id.id))
        self.external_id = None
        self.binding.with_context(connector_no_export=True).external_id = False
        return self.env._("The product is not to be listed: its document is deleted.")

    def _map_data(self):
        language = self.backend_record.lang_id.code
        binding = self.binding.with_context(lang=language) if language else self.binding
        return self.mapper.map_record(binding)

    def _update_data(self, map_record, fields=None, **kwargs):
        return self._create_data(map_record, **kwargs)

    def _after_export(self):
        """Export again if a rebuild has begun meanwhile, to which our document looks stale.

        Our transaction began before, so the document has the old number; what we now read is
        up to date, as the export is committed.
        """
        backend = self.backend_record
        backend.invalidate_recordset(["build"])
        if self._exported and backend.build != self._build:
            self.binding.with_delay().export_record()


class SolrExporterDeleter(Component):
    """Takes the document of a deleted product out of the index."""

    _name = "solr.record.exporter.deleter"
    _inherit = ["record.exporter.deleter", "base.solr.connector"]

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component


class SolrIndexChecker(Component):
    """Compares the ids in the index with our products, page by page, and mends what differs."""

    _name = "solr.index.checker"
    _inherit = ["base.exporter", "base.solr.connector"]
    _usage = "index.checker"

    def run(self):
        """Enqueue the deletion of documents without a product, and the export of missing ones."""
        backend = self.backend_record
        in_index, page = set(), None
        while True:
            ids, page = self.backend_adapter.search_page(backend._own_documents(), page)
            in_index.update(ids)
            if page is None:
                break
        expected = self._expected()
        unknown = sorted(in_index - set(expected))
        missing = [binding for name, binding in expected.items() if name not in in_index]
        if unknown:
            self.model.with_delay().delete_unknown(backend, unknown)
        for binding in missing:
            binding.with_delay().export_record()
        return self.env._(
            "%(unknown)s unknown documents, %(missing)s missing ones.",
            unknown=len(unknown),
            missing=len(missing),
        )

    def run_delete(self, external_ids):
        """Delete documents, unless their products have been bound meanwhile.

        :param external_ids: ids of documents
        """
        unknown = sorted(set(external_ids) - set(self._expected()))
        if unknown:
            self.backend_adapter.delete(unknown)
        return self.env._("%s documents deleted.", len(unknown))

    def _expected(self):
        """Return the bindings that should be in the index, by id of their documents."""
        backend = self.backend_record
        found = self.model.with_context(active_test=False).search([("backend_id", "=", backend.id)])
        listed = backend._is_listed(found.odoo_id)
        return {
            backend._document_id(binding.odoo_id.id): self.model.browse(binding.id)
            for binding in found
            if binding.odoo_id in listed
        }

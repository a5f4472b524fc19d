# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What users change is exported; by jobs, so that nobody waits for Solr."""

from odoo import SUPERUSER_ID

from odoo.addons.component.core import Component
from odoo.addons.queue_job.job import identity_exact


class SolrProductListener(Component):
    """Watches products, and the templates which hold most of their fields.

    What another connector imports is exported too: nothing ever comes back from the index.
    """

    _name = "solr.product.listener"
    _inherit = ["base.connector.listener", "base.solr.connector"]
    _apply_on = ["product.product", "product.template"]

    def on_record_create(self, record, fields=None):
        """Export a new product. (A new template is none yet: its variants follow.)"""
        if record._name == "product.product":
            self._export(record)

    def on_record_write(self, record, fields=None):
        """Export a product, if one of the fields may be in its document, or decide on it."""
        for backend in self._backends(record):
            if backend._watched_fields().intersection(fields or ()):
                self._export(record, backend)

    def on_record_unlink(self, record):
        """Delete the documents of a product, or of all variants of a template."""
        for backend in self._backends(record):
            for product in self._products(record):
                # Bound or not: an export may be under way.
                self._jobs(backend).export_delete_record(backend, backend._document_id(product.id))

    def _export(self, record, backends=None):
        for backend in backends or self._backends(record):
            for product in self._products(record):
                self._jobs(backend).export_product(backend, product.id)

    def _backends(self, record):
        # Whoever changes a product need not have to do with the index.
        backends = record.env["solr.backend"].with_user(SUPERUSER_ID)
        return backends.search([("auto_export", "=", True)])

    def _products(self, record):
        if record._name == "product.product":
            return record
        return record.with_context(active_test=False).product_variant_ids

    def _jobs(self, backend):
        # One job is enough for all that happens until it runs.
        return backend.env["solr.product"].with_delay(identity_key=identity_exact)


class SolrBindingListener(Component):
    """Watches the bindings themselves: who deletes one doesn't want the product in the index."""

    _name = "solr.binding.listener"
    _inherit = ["base.connector.listener", "base.solr.connector"]
    _apply_on = "solr.product"

    def on_record_unlink(self, record):
        """Delete the document."""
        backend = record.backend_id
        external_id = backend._document_id(record.odoo_id.id)
        record.browse().with_delay().export_delete_record(backend, external_id)

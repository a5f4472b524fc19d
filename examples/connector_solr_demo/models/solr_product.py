# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.connector.transaction import commit


class SolrProduct(models.Model):
    """A product, and its document in an index."""

    _name = "solr.product"
    _inherit = "external.binding"
    _inherits = {"product.product": "odoo_id"}
    _description = "Product in a Solr Index"

    odoo_id = fields.Many2one("product.product", "Product", required=True, ondelete="cascade")
    backend_id = fields.Many2one("solr.backend", required=True, ondelete="cascade", index=True)
    external_id = fields.Char(string="Document", readonly=True)

    _product_uniq = models.Constraint(
        "UNIQUE (backend_id, odoo_id)", "The product is already in this index."
    )

    @api.model
    @api.private
    def export_product(self, backend, product_id):
        """Export a product, which may not be bound yet, or may be gone.

        :param backend: index
        :param product_id: id of a product
        """
        product = self.env["product.product"].browse(product_id).exists()
        if not product:
            return self.env._("The product %s is gone.", product_id)
        binding = self._bindings_of(backend, product)
        if not binding:
            if not backend._is_listed(product):
                return self.env._("The product is not to be listed.")
            binding = self._bind_products(backend, product)
            # Before its document is: nobody may take that for one without a product.
            commit(self.env)
        return binding.export_record()

    @api.model
    @api.private
    def export_all(self, backend, build):
        """Prepare a rebuild of the index."""
        with backend.work_on(self._name) as work:
            return work.component(usage="batch.exporter").run(build)

    @api.private
    def export_batch(self, backend, build):
        """Export many products at once, as a part of a rebuild."""
        with backend.work_on(self._name) as work:
            return work.component(usage="batch.exporter").run_batch(self)

    @api.model
    @api.private
    def delete_stale(self, backend, build):
        """End a rebuild of the index."""
        with backend.work_on(self._name) as work:
            return work.component(usage="batch.exporter").run_delete_stale(build)

    @api.model
    @api.private
    def check_index(self, backend):
        """Compare the index with our products."""
        with backend.work_on(self._name) as work:
            return work.component(usage="index.checker").run()

    @api.model
    @api.private
    def delete_unknown(self, backend, external_ids):
        """Delete documents that have no product."""
        with backend.work_on(self._name) as work:
            return work.component(usage="index.checker").run_delete(external_ids)

    def _bindings_of(self, backend, products):
        domain = [("backend_id", "=", backend.id), ("odoo_id", "in", products.ids)]
        return self.browse(self.with_context(active_test=False).search(domain).ids)

    def _bind_products(self, backend, products):
        """Bind products that are not bound yet.

        :return: the new bindings
        """
        new = products - self._bindings_of(backend, products).odoo_id
        with backend.work_on(self._name) as work:
            # Another job may bind one of them at the same time; then this one is tried again.
            with work.component(usage="record.exporter")._retry_unique_violation():
                return self.with_context(connector_no_export=True).create(
                    [{"backend_id": backend.id, "odoo_id": product.id} for product in new]
                )


class ProductProduct(models.Model):
    _inherit = "product.product"

    solr_bind_ids = fields.One2many("solr.product", "odoo_id", string="In Solr Indexes")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The index: where it is, and what belongs in it."""

import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class SolrBackend(models.Model):
    """Connection settings of one core of Solr."""

    _name = "solr.backend"
    _inherit = "connector.backend.url"
    _description = "Solr Backend"
    _order = "name, id"
    _backend_type = "solr"
    _connection_fields = ("url", "core", "login", "password")
    _listed_fields = ("url", "core")

    url = fields.Char(
        help="Address of Solr, mostly with /solr at the end: http://solr.example.com:8983/solr"
    )
    core = fields.Char(string="Core or Collection", required=True)
    login = fields.Char(help="Empty if Solr asks for no password.")
    password = fields.Char(copy=False, groups="connector.group_connector_manager")
    source = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self._default_source(),
        help="Begins the id of each of our documents. Several databases may share a core, as long "
        "as this differs.",
    )
    commit_within = fields.Integer(
        string="Visible within (ms)",
        required=True,
        default=1000,
        help="How long a change may take until searches see it, in milliseconds.",
    )
    batch_size = fields.Integer(
        required=True, default=500, help="Products that a rebuild sends with one request."
    )
    auto_export = fields.Boolean(
        string="Export Changes",
        default=True,
        help="Export each product that is created, changed or deleted.",
    )
    product_domain = fields.Char(
        string="Products",
        required=True,
        default="[('sale_ok', '=', True)]",
        help="Which products are in the index. Archived ones never are.",
    )
    lang_id = fields.Many2one(
        "res.lang", string="Language", help="Language of names and texts in the index."
    )
    build = fields.Integer(
        string="Rebuilds", readonly=True, copy=False, help="How often the index was rebuilt."
    )

    _sizes_positive = models.Constraint(
        "CHECK (batch_size > 0 AND commit_within > 0)",
        "A batch has at least one product, and a change needs at least a millisecond.",
    )

    @api.model
    def _default_source(self):
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or "odoo"
        return uuid[:8]

    @api.constrains("source")
    def _check_source(self):
        for backend in self:
            if not backend.source.replace("-", "").replace("_", "").isalnum():
                raise ValidationError(
                    self.env._(
                        "%s: the source has letters, digits, - and _ only, as it is part of ids.",
                        backend.source,
                    )
                )

    @api.constrains("product_domain")
    def _check_product_domain(self):
        for backend in self:
            try:
                backend._product_filter().validate(self.env["product.product"])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "Products: %(domain)s is no filter of products (%(error)s).",
                        domain=backend.product_domain,
                        error=error,
                    )
                ) from error

    def _product_filter(self):
        return Domain(ast.literal_eval(self.product_domain))

    def _listed_products(self):
        """Find the products that are to be in the index."""
        return self.env["product.product"].search(self._product_filter())

    def _is_listed(self, products):
        """Return those of some products that are to be in the index."""
        return products.filtered("active").filtered_domain(self._product_filter())

    def _watched_fields(self):
        """Return the names of the fields whose change makes a product to be exported."""
        with self.work_on("solr.product") as work:
            mapped = work.component(usage="export.mapper").changed_by_fields()
        deciding = {condition.field_expr for condition in self._product_filter().iter_conditions()}
        return {"active"} | mapped | {name.partition(".")[0] for name in deciding}

    def _document_id(self, product_id):
        """Return the id of the document of a product: always the same, so exports may repeat."""
        self.ensure_one()
        return f"{self.source}-{self.id}-{product_id}"

    def _own_documents(self):
        """Return the query of our documents, among those of others in the same core."""
        return f'source_s:"{self._source_key()}"'

    def _source_key(self):
        """Name this backend in its documents: two of them may share a core."""
        return f"{self.source}-{self.id}"

    def _test_connection(self):
        with self.work_on("solr.product") as work:
            adapter = work.component(usage="backend.adapter")
            adapter.ping()
            count = adapter.count(self._own_documents())
        return self.env._(
            "Connected to the core %(core)s, which has %(count)s documents of ours.",
            core=self.core,
            count=count,
        )

    def action_rebuild(self):
        """Enqueue the rebuild of the index."""
        self.ensure_one()
        self.check_access("write")
        # The number is committed before the jobs see it: what is exported from then on has it.
        self.build += 1
        self.env["solr.product"].with_delay().export_all(self, self.build)
        return self._notification(self.env._("The rebuild is in the queue."), "success")

    def action_check_index(self):
        """Enqueue the comparison of the index with our products."""
        self.ensure_one()
        self.check_access("write")
        self.env["solr.product"].with_delay().check_index(self)
        return self._notification(self.env._("The comparison is in the queue."), "success")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The shop: where it is, how to log in, and what goes over."""

from odoo import api, fields, models

from odoo.addons.queue_job.job import identity_exact

#: What is imported, in this order: what comes later points at what comes first.
IMPORTED = (
    "magento.website",
    "magento.store",
    "magento.customer.group",
    "magento.category",
    "magento.partner",
    "magento.product",
    "magento.sale.order",
)


class MagentoBackend(models.Model):
    """Connection settings and options of one shop."""

    _name = "magento.backend"
    _inherit = "connector.backend.url"
    _description = "Magento Shop"
    _order = "name, id"
    _backend_type = "magento"
    # Magento 2 is a new program: nothing that is for 1.x serves it.
    _backend_version_parents = {"1.x": None, "2.x": None}
    _connection_fields = ("url", "version", "username", "password", "token", "store_code")
    _listed_fields = ("url", "version")
    _import_kinds = IMPORTED
    _import_date_fields = {
        "magento.partner": "partners_from",
        "magento.product": "products_from",
        "magento.sale.order": "orders_from",
    }

    version = fields.Selection(
        [("1.x", "Magento 1.x (XML-RPC)"), ("2.x", "Magento 2.x (REST)")],
        required=True,
        default="2.x",
    )
    username = fields.Char(
        help="Magento 1: name of the API user. Magento 2: of an administrator, without a token."
    )
    password = fields.Char(
        string="Password or API Key", copy=False, groups="connector.group_connector_manager"
    )
    token = fields.Char(
        string="Access Token",
        copy=False,
        groups="connector.group_connector_manager",
        help="Magento 2: of an integration (System / Extensions / Integrations).",
    )
    store_code = fields.Char(
        help="Magento 2: code of the store view whose names and prices are read; 'all' for "
        "the values that hold for all of them. Empty for the default store view."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        help="Orders are delivered from it, and its stock is what the shop may sell.",
    )
    order_prefix = fields.Char(help="Put before the number of an order.")
    confirm_orders = fields.Boolean(
        default=True, help="Confirm orders that the shop is processing; others stay quotations."
    )
    export_invoices = fields.Boolean(default=True)
    export_shipments = fields.Boolean(default=True)
    export_stock = fields.Boolean(string="Export Stock", default=True)
    notify_customer = fields.Boolean(
        string="Shop Notifies Customers", help="The shop sends an e-mail for what we export."
    )
    partners_from = fields.Datetime("Customers Changed Since")
    products_from = fields.Datetime("Products Changed Since")
    orders_from = fields.Datetime("Orders Changed Since")

    @api.private
    def work_on(self, model_name, **kwargs):
        """Work for the company of the backend, and with the rights of the system.

        Who may start an import or post an invoice need not be allowed what follows from it.
        """
        backend = self.sudo().with_company(self.sudo().company_id)
        # Who is assigned an order is told of it; who is imported from a shop is not news.
        backend = backend.with_context(tracking_disable=True, mail_create_nosubscribe=True)
        return super(MagentoBackend, backend).work_on(model_name, **kwargs)

    def _test_connection(self):
        with self.work_on("magento.store") as work:
            number = len(work.component(usage="backend.adapter").search_page()[0])
        return self.env._("Connected. Store views of the shop: %s", number)

    def action_export_stock(self):
        """Enqueue the export of all quantities that the shop doesn't know yet."""
        self.check_access("write")
        domain = [("backend_id", "in", self.ids), ("is_storable", "=", True)]
        changed = self.env["magento.product"].search(domain)
        changed = changed.filtered(
            lambda binding: not binding.stock_date or binding._stock_to_sell() != binding.stock_sent
        )
        for binding in changed:
            binding.with_delay(identity_key=identity_exact).export_stock()
        message = self.env._("The stock of %s products is in the queue.", len(changed))
        return self._notification(message, "success")

    @api.model
    @api.private
    def _cron_synchronize(self):
        """Import new orders, and export stock."""
        for backend in self.search([("active", "=", True)]):
            backend._import_kind("magento.sale.order")
            if backend.export_stock:
                backend.action_export_stock()

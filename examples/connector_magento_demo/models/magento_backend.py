# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The shop: where it is, how to log in, and what goes over."""

from odoo import fields, models

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
    _inherit = "connector.shop.backend"
    _description = "Magento Shop"
    _backend_type = "magento"
    # Magento 2 is a new program: nothing that is for 1.x serves it.
    _backend_version_parents = {"1.x": None, "2.x": None}
    _connection_fields = ("url", "version", "username", "password", "token", "store_code")
    _stock_model = "magento.product"
    _scheduled_kinds = ("magento.sale.order",)
    _import_kinds = IMPORTED
    _import_date_fields = {
        "magento.partner": "customers_from",
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
    order_prefix = fields.Char(help="Put before the number of an order.")
    export_invoices = fields.Boolean(default=True)
    export_shipments = fields.Boolean(default=True)
    notify_customer = fields.Boolean(
        string="Shop Notifies Customers", help="The shop sends an e-mail for what we export."
    )

    def _test_connection(self):
        with self.work_on("magento.store") as work:
            number = len(work.component(usage="backend.adapter").search_page()[0])
        return self.env._("Connected. Store views of the shop: %s", number)

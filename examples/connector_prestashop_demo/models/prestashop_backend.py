# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The shop: where it is, its key, and what is done with its records."""

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get


class PrestashopBackend(models.Model):
    _name = "prestashop.backend"
    _inherit = "connector.backend.url"
    _description = "PrestaShop"
    _order = "name, id"
    _backend_type = "prestashop"
    _connection_fields = ("url", "version", "key")
    _listed_fields = ("url", "version")
    # What else a record points at comes with it.
    _import_kinds = (
        "prestashop.language",
        "prestashop.shop",
        "prestashop.order.state",
        "prestashop.category",
        "prestashop.manufacturer",
        "prestashop.product.template",
        "prestashop.stock.available",
        "prestashop.customer",
        "prestashop.address",
        "prestashop.order",
    )
    _import_date_fields = {
        "prestashop.category": "categories_from",
        "prestashop.manufacturer": "manufacturers_from",
        "prestashop.product.template": "products_from",
        "prestashop.customer": "customers_from",
        "prestashop.address": "addresses_from",
        "prestashop.order": "orders_from",
    }

    # From the oldest to the newest: see the components with ``_backend_version``.
    version = fields.Selection(
        [("1.6", "1.6"), ("1.7", "1.7 and later")], required=True, default="1.7"
    )
    url = fields.Char(help="For example https://shop.example.com, without /api")
    key = fields.Char(
        string="Web service key",
        required=True,
        copy=False,
        # Jobs read it with sudo(): who may run an import need not see the key.
        groups="connector.group_connector_manager",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time zone of the shop",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="The shop tells all dates in it.",
    )
    default_language_id = fields.Many2one(
        "prestashop.language",
        domain="[('backend_id', '=', id)]",
        help="Texts of records are in this language; by default the one of your company.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    confirm_orders = fields.Boolean(
        default=True, help="Confirm an order once its state in the shop is a valid one."
    )
    export_stock = fields.Boolean(
        "Send quantities", default=True, help="Whenever a quantity changes in Odoo."
    )
    export_tracking = fields.Boolean("Send tracking numbers", default=True)
    categories_from = fields.Datetime("Categories changed since", copy=False)
    manufacturers_from = fields.Datetime("Manufacturers changed since", copy=False)
    products_from = fields.Datetime("Products changed since", copy=False)
    customers_from = fields.Datetime("Customers changed since", copy=False)
    addresses_from = fields.Datetime("Addresses changed since", copy=False)
    orders_from = fields.Datetime("Orders changed since", copy=False)

    def _test_connection(self):
        with self.work_on("prestashop.product.template") as work:
            return work.component(usage="backend.adapter").describe_access(
                {self.env[kind]._resource for kind in self._import_kinds},
                {"stock_availables", "order_carriers"},
            )

    @api.private
    def languages(self):
        """Return the shop's languages that are installed here, the one of the records first."""
        self.ensure_one()
        languages = self.env["prestashop.language"].search(
            [("backend_id", "=", self.id), ("odoo_id.active", "=", True)], order="external_id"
        )
        company = languages.filtered(
            lambda one: one.odoo_id.code == self.company_id.partner_id.lang
        )
        return self.default_language_id.filtered("odoo_id") | company | languages

    def action_export_stock(self):
        """Enqueue the export of all quantities that are not in the shop."""
        for backend in self:
            stocks = self.env["prestashop.stock.available"].search(
                [("backend_id", "=", backend.id)]
            )
            stocks.filtered(lambda one: one._quantity() != one.exported_quantity)._delay_export()
        return self._notification(self.env._("The exports are in the queue."), "success")

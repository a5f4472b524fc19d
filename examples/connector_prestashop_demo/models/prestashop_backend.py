# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The shop: where it is, its key, and what is done with its records."""

from odoo import fields, models

from odoo.addons.base.models.res_partner import _tz_get


class PrestashopBackend(models.Model):
    _name = "prestashop.backend"
    _inherit = "connector.shop.backend"
    _description = "PrestaShop"
    _backend_type = "prestashop"
    _connection_fields = ("url", "version", "key")
    _language_model = "prestashop.language"
    _stock_model = "prestashop.stock.available"
    _sends_stock_at_once = True
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
    export_tracking = fields.Boolean("Send tracking numbers", default=True)

    def _test_connection(self):
        with self.work_on("prestashop.product.template") as work:
            return work.component(usage="backend.adapter").describe_access(
                {self.env[kind]._resource for kind in self._import_kinds},
                {"stock_availables", "order_carriers"},
            )

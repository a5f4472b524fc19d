# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Settings that every shop needs."""

from odoo import api, fields, models

from .shop_binding import models_of


class ConnectorShopBackend(models.AbstractModel):
    """Inherit from it instead of ``connector.backend.url`` for the backends of a shop.

    Its form, ``connector_shop.view_shop_backend_form``, is made to be inherited with mode
    ``primary``.
    """

    _name = "connector.shop.backend"
    _inherit = "connector.backend.url"
    _description = "Shop"
    _order = "name, id"
    _listed_fields = ("url", "version")

    #: binding model of the shop's languages (``connector.shop.language``); with one, the backends
    #: also have a field ``default_language_id``
    _language_model = None
    #: binding model of what has a quantity (``connector.shop.stock``)
    _stock_model = None
    #: what the scheduled action imports; ``None`` for all of ``_import_kinds``
    _scheduled_kinds = None
    #: whether a quantity is sent as soon as it changes, and not only by the button or a cron
    _sends_stock_at_once = False

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        help="Orders are delivered from it, and its stock is what the shop may sell.",
    )
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    confirm_orders = fields.Boolean(
        default=True,
        help="Confirm an order once its state in the shop is a valid one; others stay quotations.",
    )
    export_stock = fields.Boolean(
        "Send quantities", default=True, help="What is there and not reserved goes to the shop."
    )

    # Those that a connector names in its _import_date_fields are shown.
    categories_from = fields.Datetime("Categories changed since", copy=False)
    manufacturers_from = fields.Datetime("Manufacturers changed since", copy=False)
    products_from = fields.Datetime("Products changed since", copy=False)
    customers_from = fields.Datetime("Customers changed since", copy=False)
    addresses_from = fields.Datetime("Addresses changed since", copy=False)
    orders_from = fields.Datetime("Orders changed since", copy=False)

    @api.private
    def work_on(self, model_name, **kwargs):
        """Work for the company of the backend, and with the rights of the system.

        Who may start an import or post an invoice need not be allowed what follows from it.
        """
        backend = self.sudo().with_company(self.sudo().company_id)
        # Who is assigned an order is told of it; who is imported from a shop is not news.
        backend = backend.with_context(tracking_disable=True, mail_create_nosubscribe=True)
        return super(ConnectorShopBackend, backend).work_on(model_name, **kwargs)

    @api.private
    def languages(self):
        """Return the shop's languages that are installed here, the one of the records first."""
        self.ensure_one()
        languages = self.env[self._language_model].search(
            [("backend_id", "=", self.id), ("odoo_id.active", "=", True)], order="external_id"
        )
        company = languages.filtered(
            lambda one: one.odoo_id.code == self.company_id.partner_id.lang
        )
        return self.default_language_id.filtered("odoo_id") | company | languages

    def action_export_stock(self):
        """Enqueue the export of all quantities that the shop doesn't know yet."""
        self.check_access("write")
        stocks = self.env[self._stock_model].search([("backend_id", "in", self.ids)])
        changed = stocks.filtered(lambda stock: stock._stock_differs())
        changed._delay_export_stock()
        message = self.env._("The quantities of %s products are in the queue.", len(changed))
        return self._notification(message, "success")

    @api.model
    @api.private
    def _cron_synchronize(self):
        """Import what is new, and send quantities: of all shops of a connector."""
        kinds = self._import_kinds if self._scheduled_kinds is None else self._scheduled_kinds
        for backend in self.search([("active", "=", True)]):
            for kind in kinds:
                backend._import_kind(kind)
            if backend.export_stock:
                backend.action_export_stock()

    @api.model
    @api.private
    def _cron_synchronize_all(self):
        """Import what is new, and send quantities: of all shops of all connectors."""
        for backends in models_of(self.env, "connector.shop.backend"):
            backends._cron_synchronize()

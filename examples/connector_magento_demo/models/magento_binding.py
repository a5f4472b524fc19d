# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which of our records is which one of a shop."""

from odoo import api, fields, models


class MagentoBinding(models.AbstractModel):
    """Fields that all our bindings have.

    ``backend_id`` and ``external_id`` together are unique, by an index of the base model: whatever
    runs at the same time, a record of the shop has one binding.
    """

    _name = "magento.binding"
    _inherit = "external.binding"
    _description = "Magento Binding"
    _kind_named_by_binding = True

    backend_id = fields.Many2one(
        "magento.backend", "Shop", required=True, ondelete="restrict", index=True
    )
    external_id = fields.Char(string="Id in the Shop")

    @api.private
    def export_record(self, fields=None, **kwargs):
        """Export with the rights of the system: who posts an invoice may not write bindings."""
        return super(MagentoBinding, self.sudo()).export_record(fields=fields, **kwargs)


class MagentoWebsite(models.Model):
    """A website of the shop: customers and stocks belong to one. We have no record like it."""

    _name = "magento.website"
    _inherit = "magento.binding"
    _description = "Magento Website"

    name = fields.Char(required=True)
    code = fields.Char()


class MagentoStore(models.Model):
    """A store view: a language, often a currency, of a website."""

    _name = "magento.store"
    _inherit = "magento.binding"
    _description = "Magento Store View"
    _binding_more_fields = ("website_id",)

    name = fields.Char(required=True)
    code = fields.Char()
    website_id = fields.Many2one("magento.website", ondelete="cascade", index=True)


class MagentoCustomerGroup(models.Model):
    _name = "magento.customer.group"
    _inherit = "magento.binding"
    _inherits = {"res.partner.category": "odoo_id"}
    _description = "Magento Customer Group"

    odoo_id = fields.Many2one("res.partner.category", "Tag", required=True, ondelete="cascade")


class MagentoPartner(models.Model):
    """A customer with an account; or a guest, by the e-mail address of the orders."""

    _name = "magento.partner"
    _inherit = "magento.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Magento Customer"
    _binding_more_fields = ("email", "magento_website_id")

    odoo_id = fields.Many2one("res.partner", "Our Contact", required=True, ondelete="cascade")
    magento_website_id = fields.Many2one("magento.website", "Website", ondelete="set null")
    tax_number = fields.Char(help="As the customer entered it; nobody has checked it.")
    address_ids = fields.One2many("magento.address", "magento_partner_id")


class MagentoAddress(models.Model):
    _name = "magento.address"
    _inherit = "magento.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Magento Address"
    _binding_more_fields = ("magento_partner_id",)

    odoo_id = fields.Many2one("res.partner", "Our Contact", required=True, ondelete="cascade")
    magento_partner_id = fields.Many2one(
        "magento.partner", "Customer", ondelete="cascade", index=True
    )


class MagentoCategory(models.Model):
    _name = "magento.category"
    _inherit = "magento.binding"
    _inherits = {"product.category": "odoo_id"}
    _description = "Magento Category"

    odoo_id = fields.Many2one("product.category", "Our Category", required=True, ondelete="cascade")


class MagentoProduct(models.Model):
    """A product, by what the shop's interface knows it by: its id in 1.x, its SKU in 2.x."""

    _name = "magento.product"
    _inherit = "magento.binding"
    _inherits = {"product.product": "odoo_id"}
    _description = "Magento Product"
    _binding_more_fields = ("magento_type", "stock_sent", "stock_date")

    odoo_id = fields.Many2one("product.product", "Our Product", required=True, ondelete="cascade")
    magento_id = fields.Char("Number in the Shop", index="btree_not_null", readonly=True)
    magento_type = fields.Char("Type in the Shop", readonly=True)
    magento_website_ids = fields.Many2many("magento.website", string="Websites", readonly=True)
    stock_item_id = fields.Char(readonly=True)
    stock_sent = fields.Float("Last Stock Sent", readonly=True, copy=False, aggregator=None)
    stock_date = fields.Datetime("Stock Sent On", readonly=True, copy=False)

    @api.private
    def export_stock(self):
        """Tell the shop how many of the product it may sell."""
        self.ensure_one()
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="stock.exporter").run(self.sudo())

    def _stock_to_sell(self):
        """Return how many are there and not reserved."""
        self.ensure_one()
        product = self.odoo_id.with_context(warehouse_id=self.backend_id.warehouse_id.id)
        return max(product.free_qty, 0.0)


class MagentoSaleOrder(models.Model):
    """An order, by what the shop's interface knows it by: its number in 1.x, its id in 2.x."""

    _name = "magento.sale.order"
    _inherit = "magento.binding"
    _inherits = {"sale.order": "odoo_id"}
    _description = "Magento Order"
    _binding_more_fields = ("partner_id", "date_order", "magento_state", "store_id")

    odoo_id = fields.Many2one("sale.order", "Order", required=True, ondelete="cascade")
    magento_id = fields.Char("Number in the Shop's Database", readonly=True)
    magento_state = fields.Char("Shop State", readonly=True)
    magento_payment = fields.Char("Shop Payment Method", readonly=True)
    store_id = fields.Many2one("magento.store", "Store View", readonly=True)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which of our records is which one of a shop."""

from odoo import fields, models


class MagentoBinding(models.AbstractModel):
    """Fields that all our bindings have.

    ``backend_id`` and ``external_id`` together are unique, by an index of the base model: whatever
    runs at the same time, a record of the shop has one binding.
    """

    _name = "magento.binding"
    _inherit = "connector.shop.binding"
    _description = "Magento Binding"
    _kind_named_by_binding = True

    backend_id = fields.Many2one(
        "magento.backend", "Shop", required=True, ondelete="restrict", index=True
    )
    external_id = fields.Char(string="Id in the Shop")


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
    _on_deleted = "keep"

    odoo_id = fields.Many2one("res.partner.category", "Tag", required=True, ondelete="cascade")


class MagentoPartner(models.Model):
    """A customer with an account; or a guest, by the e-mail address of the orders."""

    _name = "magento.partner"
    _inherit = ["magento.binding", "connector.shop.partner"]
    _description = "Magento Customer"
    _binding_more_fields = ("email", "magento_website_id")

    magento_website_id = fields.Many2one("magento.website", "Website", ondelete="set null")
    tax_number = fields.Char(help="As the customer entered it; nobody has checked it.")
    address_ids = fields.One2many("magento.address", "magento_partner_id")


class MagentoAddress(models.Model):
    _name = "magento.address"
    _inherit = ["magento.binding", "connector.shop.partner"]
    _description = "Magento Address"
    _binding_more_fields = ("magento_partner_id",)

    magento_partner_id = fields.Many2one(
        "magento.partner", "Customer", ondelete="cascade", index=True
    )


class MagentoCategory(models.Model):
    _name = "magento.category"
    _inherit = ["magento.binding", "connector.shop.category"]
    _description = "Magento Category"


class MagentoProduct(models.Model):
    """A product, by what the shop's interface knows it by: its id in 1.x, its SKU in 2.x."""

    _name = "magento.product"
    _inherit = ["magento.binding", "connector.shop.product", "connector.shop.stock"]
    _description = "Magento Product"
    _binding_more_fields = ("magento_type", "stock_sent", "stock_date")

    magento_id = fields.Char("Number in the Shop", index="btree_not_null", readonly=True)
    magento_type = fields.Char("Type in the Shop", readonly=True)
    magento_website_ids = fields.Many2many("magento.website", string="Websites", readonly=True)
    stock_item_id = fields.Char(readonly=True)

    def _stock_differs(self):
        # The shop may have had a quantity before we told it one.
        return super()._stock_differs() or (self.odoo_id.is_storable and not self.stock_date)


class MagentoSaleOrder(models.Model):
    """An order, by what the shop's interface knows it by: its number in 1.x, its id in 2.x."""

    _name = "magento.sale.order"
    _inherit = ["magento.binding", "connector.shop.order"]
    _description = "Magento Order"
    _on_deleted = "keep"
    _binding_more_fields = ("partner_id", "date_order", "magento_state", "store_id")

    magento_id = fields.Char("Number in the Shop's Database", readonly=True)
    magento_state = fields.Char("Shop State", readonly=True)
    magento_payment = fields.Char("Shop Payment Method", readonly=True)
    store_id = fields.Many2one("magento.store", "Store View", readonly=True)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From the dictionaries of ``records`` to values of Odoo."""

from odoo import Command
from odoo.tools import html2plaintext

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping, only_create

#: What leaves a stock; the others have variants or parts that do, or nothing does.
STORED = ("simple",)
SERVICES = ("virtual", "downloadable", "giftcard")


class MagentoImportMapper(AbstractComponent):
    _name = "magento.import.mapper"
    _inherit = ["shop.import.mapper", "magento.base"]


class WebsiteMapper(Component):
    _name = "magento.website.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.website"
    direct = [("name", "name"), ("code", "code")]


class StoreMapper(Component):
    _name = "magento.store.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.store"
    direct = [
        ("name", "name"),
        ("code", "code"),
        (external_to_m2o("website_id", optional=True), "website_id"),
    ]


class CustomerGroupMapper(Component):
    _name = "magento.customer.group.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.customer.group"
    direct = [("name", "name")]


class CategoryMapper(Component):
    _name = "magento.category.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.category"
    direct = [
        ("name", "name"),
        (external_to_m2o("parent_id", binding="magento.category", optional=True), "parent_id"),
    ]


class PartnerMapper(Component):
    _name = "magento.partner.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.partner"
    direct = [
        ("name", "name"),
        ("email", "email"),
        ("tax_number", "tax_number"),
        (external_to_m2o("website_id", optional=True), "magento_website_id"),
    ]

    @mapping
    def company_name(self, record):
        billing = [item for item in record["addresses"] if item["billing"]]
        return {"company_name": billing[0]["company"] if billing else ""}


class AddressMapper(Component):
    _name = "magento.address.import.mapper"
    _inherit = ["shop.address.import.mapper", "magento.import.mapper"]
    _apply_on = "magento.address"

    @mapping
    def customer(self, record):
        customer = self.binder_for("magento.partner").to_internal(record["customer_id"])
        return {"magento_partner_id": customer.id, "parent_id": customer.odoo_id.id}


class ProductMapper(Component):
    _name = "magento.product.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.product"

    direct = [
        ("name", "name"),
        ("sku", "default_code"),
        ("price", "list_price"),
        ("weight", "weight"),
        ("enabled", "sale_ok"),
        ("magento_id", "magento_id"),
        ("type", "magento_type"),
        ("stock_item_id", "stock_item_id"),
    ]

    @mapping
    def standard_price(self, record):
        return {"standard_price": record["cost"]} if record["cost"] else {}

    @mapping
    def description(self, record):
        return {"description_sale": html2plaintext(record["description"]).strip() or False}

    @mapping
    def categ_id(self, record):
        found = (self.linked(category, "magento.category") for category in record["categories"])
        category = next(filter(None, found), None)
        return {"categ_id": category.id} if category else {}

    @mapping
    def websites(self, record):
        binder = self.binder_for("magento.website")
        found = binder.bindings_by_external_id(record["websites"]).values()
        return {"magento_website_ids": [Command.set([website.id for website in found])]}

    @only_create
    @mapping
    def product(self, record):
        """Bind the product that we have with this reference; or say what a new one is."""
        companies = (self.backend_record.company_id.id, False)
        domain = [("default_code", "=", record["sku"]), ("company_id", "in", companies)]
        free = (
            self.env["product.product"]
            .search(domain)
            .filtered(
                lambda product: self.backend_record not in product.magento_bind_ids.backend_id
            )
        )
        if record["sku"] and len(free) == 1:
            return {"odoo_id": free.id}
        if record["type"] in SERVICES:
            return {"type": "service"}
        return {"type": "consu", "is_storable": record["type"] in STORED}

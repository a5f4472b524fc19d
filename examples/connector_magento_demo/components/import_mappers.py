# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From the dictionaries of ``records`` to values of Odoo."""

from odoo import Command
from odoo.tools import html2plaintext

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import mapping, only_create

#: What leaves a stock; the others have variants or parts that do, or nothing does.
STORED = ("simple",)
SERVICES = ("virtual", "downloadable", "giftcard")


class MagentoImportMapper(AbstractComponent):
    _name = "magento.import.mapper"
    _inherit = ["base.import.mapper", "magento.base"]

    def bound_id(self, binding_model: str, external_id):
        """Find what an id of the shop is for us.

        :param binding_model: what it is the id of
        :param external_id: the id, or nothing
        :return: id of the normal record, of the binding if there is none; False if it is unknown
        """
        binding = external_id and self.binder_for(binding_model).to_internal(external_id)
        if not binding:
            return False
        return binding.odoo_id.id if "odoo_id" in binding._fields else binding.id


class WebsiteMapper(Component):
    _name = "magento.website.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.website"

    direct = [("code", "code")]

    @mapping
    def name(self, record):
        return {"name": record["name"] or record["code"] or record["id"]}


class StoreMapper(Component):
    _name = "magento.store.import.mapper"
    _inherit = "magento.website.import.mapper"
    _apply_on = "magento.store"

    @mapping
    def website_id(self, record):
        return {"website_id": self.bound_id("magento.website", record["website_id"])}


class CustomerGroupMapper(Component):
    """Groups become tags of contacts."""

    _name = "magento.customer.group.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.customer.group"

    @mapping
    def name(self, record):
        return {"name": record["name"] or record["id"]}


class PartnerMapper(Component):
    _name = "magento.partner.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.partner"

    direct = [("email", "email"), ("tax_number", "tax_number")]

    @mapping
    def name(self, record):
        return {"name": record["name"] or record["email"] or f"Magento {record['id']}"}

    @mapping
    def company_name(self, record):
        billing = [item for item in record["addresses"] if item["billing"]]
        return {"company_name": billing[0]["company"] if billing else ""}

    @mapping
    def magento_website_id(self, record):
        website_id = self.bound_id("magento.website", record["website_id"])
        return {"magento_website_id": website_id}


class AddressMapper(Component):
    _name = "magento.address.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.address"

    @mapping
    def address(self, record):
        return address_values(self.env, record)

    @mapping
    def type(self, record):
        kind = "invoice" if record["billing"] else "delivery" if record["shipping"] else "other"
        return {"type": kind}

    @mapping
    def customer(self, record):
        customer = self.binder_for("magento.partner").to_internal(record["customer_id"])
        return {"magento_partner_id": customer.id, "parent_id": customer.odoo_id.id}


def address_values(env, record: dict) -> dict:
    """Put an address in Odoo's fields; a region that we don't know follows the city.

    :param env: environment
    :param record: an address of ``records``
    """
    country = env["res.country"].search([("code", "=", record["country"])], limit=1)
    regions = country.state_ids
    region = regions.filtered(lambda state: state.code == record["region_code"])
    region = region or regions.filtered(
        lambda state: state.name.lower() == record["region"].lower()
    )
    city = record["city"]
    if record["region"] and not region and record["region"].lower() != city.lower():
        city = ", ".join(filter(None, (city, record["region"])))
    name = record["name"]
    if record["company"]:
        name = ", ".join(filter(None, (record["company"], name)))
    return {
        "name": name or False,
        "street": record["street"][0] if record["street"] else False,
        "street2": ", ".join(record["street"][1:]) or False,
        "zip": record["postcode"] or False,
        "city": city or False,
        "state_id": region[:1].id,
        "country_id": country.id,
        "phone": record["phone"] or False,
    }


class CategoryMapper(Component):
    _name = "magento.category.import.mapper"
    _inherit = "magento.import.mapper"
    _apply_on = "magento.category"

    @mapping
    def name(self, record):
        return {"name": record["name"] or record["id"]}

    @mapping
    def parent_id(self, record):
        return {"parent_id": self.bound_id("magento.category", record["parent_id"])}


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
        for external_id in record["categories"]:
            category_id = self.bound_id("magento.category", external_id)
            if category_id:
                return {"categ_id": category_id}
        return {}

    @mapping
    def websites(self, record):
        found = (self.bound_id("magento.website", website) for website in record["websites"])
        return {"magento_website_ids": [Command.set(list(filter(None, found)))]}

    @only_create
    @mapping
    def product(self, record):
        """Bind the product that we have with this reference; or say what a new one is."""
        ours = self.env["product.product"].search(
            [
                ("default_code", "=", record["sku"]),
                ("default_code", "!=", ""),
                ("company_id", "in", (self.backend_record.company_id.id, False)),
            ]
        )
        free = ours.filtered(
            lambda product: self.backend_record not in product.magento_bind_ids.backend_id
        )
        if len(free) == 1:
            return {"odoo_id": free.id}
        if record["type"] in SERVICES:
            return {"type": "service"}
        return {"type": "consu", "is_storable": record["type"] in STORED}

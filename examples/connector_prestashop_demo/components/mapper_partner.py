# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping
from odoo.addons.connector.values import flag_of

from .mapper import link


def full_name(record: dict) -> str:
    """Return a person's name, as far as the shop knows it."""
    parts = (record.get("firstname"), record.get("lastname"))
    return " ".join(filter(None, parts)) or record.get("company") or record.get("email") or "?"


class ManufacturerMapper(Component):
    _name = "prestashop.manufacturer.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.manufacturer"

    @mapping
    def values(self, record):
        return {
            "name": record.get("name") or "?",
            "is_company": True,
            "active": flag_of(record.get("active", "1")),
        }


class CustomerMapper(Component):
    _name = "prestashop.customer.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.customer"

    direct = [
        ("email", "email"),
        ("website", "website"),
        ("company", "company_name"),
        ("note", "comment"),
    ]

    @mapping
    def name(self, record):
        return {"name": full_name(record)}

    @mapping
    def lang(self, record):
        language = self.linked(record.get("id_lang"), "prestashop.language")
        return {"lang": language.code} if language.active else {}

    @mapping
    def flags(self, record):
        deleted = flag_of(record.get("deleted"))
        return {
            "newsletter": flag_of(record.get("newsletter")),
            "active": flag_of(record.get("active", "1")) and not deleted,
        }


class AddressMapper(Component):
    _name = "prestashop.address.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.address"

    direct = [
        ("alias", "alias"),
        ("company", "company_name"),
        ("address1", "street"),
        ("address2", "street2"),
        ("postcode", "zip"),
        ("city", "city"),
        ("other", "comment"),
        (link("id_customer", "prestashop.customer"), "parent_id"),
        (link("id_country", "prestashop.country"), "country_id"),
        (link("id_state", "prestashop.country.state"), "state_id"),
    ]

    @mapping
    def values(self, record):
        return {
            "name": full_name(record),
            "type": "other",
            "phone": record.get("phone") or record.get("phone_mobile") or False,
            # A customer changes an address: the shop makes a new one, and hides the old one.
            "active": not flag_of(record.get("deleted")),
        }

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of all import mappers of a shop, and the one of addresses."""

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import mapping


class ShopImportMapper(AbstractComponent):
    """Maps texts in several languages, and finds what was imported before."""

    _name = "shop.import.mapper"
    _inherit = ["base.codes.import.mapper", "base.texts.import.mapper"]

    def main_language(self):
        backend = self.backend_record
        return (backend.default_language_id or backend.languages()[:1]).external_id

    def languages(self):
        return {one.odoo_id.code: one.external_id for one in self.backend_record.languages()}

    def linked(self, external_id, binding_model: str):
        """Find our record for an id of the shop: the binding's, or the binding where it has none.

        :param external_id: id; nothing, or one that is not bound, gives an empty recordset
        :param binding_model: binding model
        """
        binder = self.binder_for(binding_model)
        bindings = self.env[binding_model]
        binding = binder.to_internal(external_id) if external_id else bindings
        return binding.odoo_id if "odoo_id" in bindings._fields else binding


class ShopAddressMapper(AbstractComponent):
    """Maps addresses that are dictionaries of ``name``, ``company``, ``street`` (a list of lines),
    ``city``, ``postcode``, ``country`` (two letters), ``region``, ``region_code``, ``phone``;
    ``billing`` and ``shipping`` tell whether they are the customer's first choice for that.
    """

    _name = "shop.address.import.mapper"
    _inherit = "shop.import.mapper"

    @mapping
    def address(self, record):
        """Put an address in Odoo's fields; a region that we don't know follows the city."""
        country = self.country_of(record["country"])
        name, city = record["region"], record["city"]
        region = self.country_state_of(country, record["region_code"], name)
        if name and not region and name.lower() != city.lower():
            city = ", ".join(filter(None, (city, name)))
        return {
            "name": ", ".join(filter(None, (record["company"], record["name"]))) or False,
            "street": record["street"][0] if record["street"] else False,
            "street2": ", ".join(record["street"][1:]) or False,
            "zip": record["postcode"] or False,
            "city": city or False,
            "state_id": region.id,
            "country_id": country.id,
            "phone": record["phone"] or False,
        }

    @mapping
    def type(self, record):
        kind = "invoice" if record["billing"] else "delivery" if record["shipping"] else "other"
        return {"type": kind}

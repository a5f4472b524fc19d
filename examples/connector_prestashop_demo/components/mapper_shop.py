# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a shop consists of. Languages differ by version: 1.7 tells the whole locale."""

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import convert, mapping
from odoo.addons.connector.values import flag_of

from ..webservice import text_of


class LanguageMapper(Component):
    _name = "prestashop.language.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.language"

    direct = [("name", "name")]

    #: key of the code with the country, such as ``fr-BE``
    _code_key = "locale"

    @mapping
    def odoo_id(self, record):
        """Link a language that is installed here; one of another country will do."""
        code = record.get(self._code_key) or record.get("iso_code") or ""
        language, _dash, country = code.replace("_", "-").partition("-")
        found = self.language_of(code)
        return {
            "code": f"{language}_{country.upper()}" if country else language,
            **({"odoo_id": found.id} if found else {}),
        }


class LanguageMapper16(Component):
    _name = "prestashop.language.mapper.1.6"
    _inherit = "prestashop.language.mapper"
    _backend_version = "1.6"
    _code_key = "language_code"


class CountryMapper(Component):
    _name = "prestashop.country.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.country"

    direct = [("iso_code", "code")]

    @mapping
    def odoo_id(self, record):
        return {"odoo_id": self.country_of(record.get("iso_code")).id}


class StateMapper(Component):
    _name = "prestashop.country.state.mapper"
    _inherit = "prestashop.country.mapper"
    _apply_on = "prestashop.country.state"

    @mapping
    def odoo_id(self, record):
        country = self.linked(record.get("id_country"), "prestashop.country")
        return {"odoo_id": self.country_state_of(country, record.get("iso_code")).id}


class CurrencyMapper(Component):
    _name = "prestashop.currency.mapper"
    _inherit = "prestashop.country.mapper"
    _apply_on = "prestashop.currency"

    @mapping
    def odoo_id(self, record):
        return {"odoo_id": self.currency_of(record.get("iso_code")).id}


class ShopMapper(Component):
    _name = "prestashop.shop.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.shop"

    direct = [(convert("name", text_of), "name")]


class OrderStateMapper(Component):
    _name = "prestashop.order.state.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.order.state"
    _texts = {"name": "name"}

    direct = [(convert("logable", flag_of), "is_valid")]

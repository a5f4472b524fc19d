# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a shop consists of. Languages differ by version: 1.7 tells the whole locale."""

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import mapping

from ..webservice import flag_of, text_of


class LanguageMapper(AbstractComponent):
    _name = "prestashop.language.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.language"

    direct = [("name", "name")]

    def _code(self, record: dict) -> str:
        """Return the code as Odoo writes it, such as ``fr_BE``."""
        raise NotImplementedError

    @mapping
    def odoo_id(self, record):
        """Link a language that is installed here; one of another country will do."""
        code, short = self._code(record), record.get("iso_code", "").lower()
        installed = self.env["res.lang"].search([])
        found = installed.filtered(lambda lang: lang.code == code) or installed.filtered(
            lambda lang: short and lang.code.split("_")[0] == short
        )
        return {"code": code, **({"odoo_id": found[0].id} if found else {})}


class LanguageMapper16(Component):
    """``fr-be``"""

    _name = "prestashop.language.mapper.1.6"
    _inherit = "prestashop.language.mapper"
    _backend_version = "1.6"

    def _code(self, record: dict) -> str:
        language, _dash, country = record.get("language_code", "").partition("-")
        return f"{language}_{country.upper()}" if country else language


class LanguageMapper17(Component):
    """``fr-BE``"""

    _name = "prestashop.language.mapper.1.7"
    _inherit = "prestashop.language.mapper"
    _backend_version_from = "1.7"

    def _code(self, record: dict) -> str:
        return record.get("locale", "").replace("-", "_")


class CountryMapper(Component):
    _name = "prestashop.country.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.country"

    @mapping
    def odoo_id(self, record):
        code = record.get("iso_code", "").upper()
        return {
            "code": code,
            "odoo_id": self.env["res.country"].search([("code", "=", code)], limit=1).id,
        }


class StateMapper(Component):
    _name = "prestashop.country.state.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.country.state"

    @mapping
    def odoo_id(self, record):
        code = record.get("iso_code", "").upper()
        country = self.linked(record.get("id_country"), "prestashop.country")
        state = self.env["res.country.state"].search(
            # Some shops write the country before it: IT-MI.
            [("country_id", "=", country.id), ("code", "in", (code, code.rpartition("-")[2]))],
            limit=1,
        )
        return {"code": code, "odoo_id": state.id}


class CurrencyMapper(Component):
    _name = "prestashop.currency.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.currency"

    @mapping
    def odoo_id(self, record):
        code = record.get("iso_code", "").upper()
        currency = self.env["res.currency"].with_context(active_test=False)
        return {"code": code, "odoo_id": currency.search([("name", "=", code)], limit=1).id}


class ShopMapper(Component):
    _name = "prestashop.shop.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.shop"

    @mapping
    def name(self, record):
        return {"name": text_of(record.get("name"))}


class OrderStateMapper(Component):
    _name = "prestashop.order.state.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.order.state"
    _texts = {"name": "name"}

    @mapping
    def is_valid(self, record):
        return {"is_valid": flag_of(record.get("logable"))}

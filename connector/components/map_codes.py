# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What both sides have anyway, and know by the same codes: countries, currencies, languages."""

from odoo.models import BaseModel

from odoo.addons.component.core import AbstractComponent


class CodesImportMapper(AbstractComponent):
    """An import mapper that finds countries, their states, currencies and languages by code.

    They are the same everywhere: nothing is created or changed. Each method returns one record,
    or an empty recordset for a code that is empty or unknown.
    """

    _name = "base.codes.import.mapper"
    _inherit = "base.import.mapper"

    def country_of(self, code: str) -> BaseModel:
        """Find a country.

        :param code: two letters of ISO 3166, in any case
        """
        return self._by_code("res.country", [("code", "=", (code or "").strip().upper())])

    def country_state_of(self, country: BaseModel, code: str = "", name: str = "") -> BaseModel:
        """Find a state of a country: by its code, or else by its name.

        :param country: country; without one there is no state
        :param code: such as ``MI``; or ``IT-MI``, as some systems write it
        :param name: name, in any case
        """
        states = country.state_ids
        codes = {(code or "").upper(), (code or "").rpartition("-")[2].upper()}
        by_code = states.filtered(lambda state: (state.code or "").upper() in codes)
        by_name = states.filtered(
            lambda state: name and (state.name or "").casefold() == name.casefold()
        )
        return (by_code or by_name)[:1]

    def currency_of(self, code: str) -> BaseModel:
        """Find a currency, archived or not.

        :param code: three letters of ISO 4217, in any case
        """
        return self._by_code("res.currency", [("name", "=", (code or "").strip().upper())])

    def language_of(self, code: str) -> BaseModel:
        """Find an installed language; one of another country will do.

        :param code: such as ``fr_BE``, ``fr-be`` or ``fr``
        """
        code = (code or "").strip().replace("-", "_").lower()
        installed = self.env["res.lang"].search([])
        exact = installed.filtered(lambda lang: lang.code.lower() == code)
        short = code.partition("_")[0]
        similar = installed.filtered(
            lambda lang: short and lang.code.lower().partition("_")[0] == short
        )
        return (exact or similar)[:1]

    def _by_code(self, model_name: str, domain: list) -> BaseModel:
        """Find the record of a model that has a code."""
        model = self.env[model_name]
        if not domain[0][2]:
            return model
        # The flag that also finds archived records must not stay on what the caller works with.
        return model.browse(model.with_context(active_test=False).search(domain, limit=1).ids)

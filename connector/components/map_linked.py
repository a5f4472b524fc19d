# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Mappers of the languages, countries and currencies of another system."""

from odoo.addons.component.core import AbstractComponent

from .map_modifiers import mapping


class LinkedCodeMapper(AbstractComponent):
    """Base of the mappers of bindings that link what both sides have, by its ``code``.

    What has no counterpart here stays unlinked, with an empty ``odoo_id``.
    """

    _name = "linked.code.import.mapper"
    _inherit = "base.codes.import.mapper"

    #: keys that hold the code, the best first
    _code_keys = ("iso_code",)

    def code_of(self, record) -> str:
        """Read the code of a record."""
        return next(filter(None, map(record.get, self._code_keys)), "")

    def counterpart(self, record):
        """Hook: find our record."""
        raise NotImplementedError

    @mapping
    def code(self, record):
        return {"code": self.code_of(record), "odoo_id": self.counterpart(record).id}


class LinkedLanguageMapper(AbstractComponent):
    _name = "linked.language.import.mapper"
    _inherit = "linked.code.import.mapper"
    direct = [("name", "name")]

    def counterpart(self, record):
        """Find a language that is installed here; one of another country will do."""
        return self.language_of(self.code_of(record))

    @mapping
    def code(self, record):
        language, _dash, country = self.code_of(record).replace("_", "-").partition("-")
        found = self.counterpart(record)
        return {
            "code": f"{language}_{country.upper()}" if country else language,
            # A link that somebody chose stays, where we find none.
            **({"odoo_id": found.id} if found else {}),
        }


class LinkedCountryMapper(AbstractComponent):
    _name = "linked.country.import.mapper"
    _inherit = "linked.code.import.mapper"

    def counterpart(self, record):
        return self.country_of(self.code_of(record))


class LinkedCurrencyMapper(AbstractComponent):
    _name = "linked.currency.import.mapper"
    _inherit = "linked.code.import.mapper"

    def counterpart(self, record):
        return self.currency_of(self.code_of(record))

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Texts that come in several languages at once."""

from odoo.addons.component.core import AbstractComponent

from ..values import text_of
from .map_modifiers import mapping


class TextsImportMapper(AbstractComponent):
    """Maps texts that are dictionaries by language: one for the record, the others to translate it.

    A ``record.importer`` returns :meth:`translations` from its ``_translations``. To be overridden:
    ``_texts``, ``main_language``, ``languages``.
    """

    _name = "base.texts.import.mapper"
    _inherit = "base.import.mapper"

    #: keys that hold texts in several languages -> our fields
    _texts = {}

    def main_language(self):
        """Hook: return the other system's id of the language that records are written in."""
        return

    def languages(self) -> dict[str, object]:
        """Hook: return the other system's ids of languages, by the code of ours."""
        return {}

    @mapping
    def texts(self, record: dict) -> dict:
        return self.texts_in(record, self.main_language()) if self._texts else {}

    def texts_in(self, record: dict, language) -> dict[str, str]:
        """Map the texts in one language. What needs a name has one, whatever the record says.

        :param record: record
        :param language: id of the language in the other system
        """
        texts = {target: text_of(record.get(key), language) for key, target in self._texts.items()}
        if not texts.get("name", True):
            texts["name"] = record.get("reference") or f"#{record.get('id')}"
        return texts

    def translations(self, record: dict) -> dict[str, dict]:
        """Map the texts in all languages that both sides have.

        :param record: record
        :return: values of translated fields, by code of a language
        """
        return {
            code: {
                name: text
                for name, text in self.texts_in(record, language).items()
                if self.model._fields[name].translate
            }
            for code, language in (self.languages() if self._texts else {}).items()
        }

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of our mappers: texts in several languages, and links to what was imported before."""

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import convert, external_to_m2o, mapping
from odoo.addons.connector.values import id_of

from ..webservice import text_of


def link(key: str, binding_model: str | None = None):
    """Map an id of the shop to our record; to none where there is no binding.

    What it points at is imported first. It may still be missing: deleted in the shop, or hidden
    from our key.

    :param key: key of the id
    :param binding_model: binding model, when our field points at the normal record
    """
    return external_to_m2o(convert(key, id_of), binding=binding_model, optional=True)


class PrestashopImportMapper(AbstractComponent):
    _name = "prestashop.import.mapper"
    _inherit = ["base.codes.import.mapper", "prestashop.base"]

    #: keys that hold texts in several languages -> our fields
    _texts = {}

    @mapping
    def texts(self, record: dict) -> dict:
        backend = self.backend_record
        language = backend.default_language_id or backend.languages()[:1]
        return self.texts_in(record, language.external_id)

    def texts_in(self, record: dict, language: int) -> dict[str, str]:
        """Map the texts in one language. What needs a name has one, whatever the shop says.

        :param record: record
        :param language: id of the language in the shop
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
            language.odoo_id.code: {
                name: text
                for name, text in self.texts_in(record, language.external_id).items()
                if self.model._fields[name].translate
            }
            for language in (self.backend_record.languages() if self._texts else ())
        }

    def linked(self, external_id, binding_model: str):
        """Find our record for an id of the shop; it is empty if there is none.

        :param external_id: id, as the shop writes it
        :param binding_model: binding model
        """
        return self.binder_for(binding_model).to_internal(id_of(external_id), unwrap=True)

    def variant(self, product_id, combination_id):
        """Find the variant of a combination, or the only one of a product without combinations.

        :param product_id: id of the product, as the shop writes it
        :param combination_id: id of the combination, 0 for none
        """
        if variant := self.linked(combination_id, "prestashop.product.combination"):
            return variant
        template = self.linked(product_id, "prestashop.product.template")
        return template.with_context(active_test=False).product_variant_ids[:1]

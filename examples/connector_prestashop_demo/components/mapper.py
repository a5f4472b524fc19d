# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of our mappers: texts in several languages, and links to what was imported before."""

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import mapping

from ..webservice import id_of, text_of


class PrestashopImportMapper(AbstractComponent):
    _name = "prestashop.import.mapper"
    _inherit = ["base.import.mapper", "prestashop.base"]

    #: keys that hold texts in several languages -> our fields
    _texts = {}

    @mapping
    def texts(self, record: dict) -> dict:
        backend = self.backend_record
        language = backend.default_language_id or backend.languages()[:1]
        return self.texts_in(record, language.external_id)

    def texts_in(self, record: dict, language: int) -> dict[str, str]:
        """Map the texts in one language.

        :param record: record
        :param language: id of the language in the shop
        """
        return {target: text_of(record.get(key), language) for key, target in self._texts.items()}

    def linked(self, external_id, binding_model: str):
        """Find our record for an id of the shop; it is empty if there is none.

        Dependencies may be missing: deleted in the shop, or hidden from our key.

        :param external_id: id, as the shop writes it
        :param binding_model: binding model
        """
        binder = self.binder_for(binding_model)
        return binder.to_internal(id_of(external_id), unwrap="odoo_id" in binder.model._fields)

    def variant(self, product_id, combination_id):
        """Find the variant of a combination, or the only one of a product without combinations.

        :param product_id: id of the product, as the shop writes it
        :param combination_id: id of the combination, 0 for none
        """
        if variant := self.linked(combination_id, "prestashop.product.combination"):
            return variant
        template = self.linked(product_id, "prestashop.product.template")
        return template.with_context(active_test=False).product_variant_ids[:1]

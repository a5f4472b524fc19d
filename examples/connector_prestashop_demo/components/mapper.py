# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of our mappers, and those of what a shop consists of."""

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import convert, external_to_m2o
from odoo.addons.connector.values import flag_of, id_of, text_of


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
    _inherit = ["shop.import.mapper", "prestashop.base"]

    def linked(self, external_id, binding_model: str):
        # The shop writes an id as text, and 0 for none.
        return super().linked(id_of(external_id), binding_model)

    def variant(self, product_id, combination_id):
        """Find the variant of a combination, or the only one of a product without combinations.

        :param product_id: id of the product, as the shop writes it
        :param combination_id: id of the combination, 0 for none
        """
        if variant := self.linked(combination_id, "prestashop.product.combination"):
            return variant
        template = self.linked(product_id, "prestashop.product.template")
        return template.with_context(active_test=False).product_variant_ids[:1]


class LanguageMapper(Component):
    _name = "prestashop.language.mapper"
    _inherit = ["linked.language.import.mapper", "prestashop.import.mapper"]
    _apply_on = "prestashop.language"
    # With the country, such as ``fr-BE``.
    _code_keys = ("locale", "iso_code")


class LanguageMapper16(Component):
    _name = "prestashop.language.mapper.1.6"
    _inherit = "prestashop.language.mapper"
    _backend_version = "1.6"
    _code_keys = ("language_code", "iso_code")


class CountryMapper(Component):
    _name = "prestashop.country.mapper"
    _inherit = ["linked.country.import.mapper", "prestashop.import.mapper"]
    _apply_on = "prestashop.country"


class StateMapper(Component):
    _name = "prestashop.country.state.mapper"
    _inherit = ["linked.code.import.mapper", "prestashop.import.mapper"]
    _apply_on = "prestashop.country.state"

    def counterpart(self, record):
        country = self.linked(record.get("id_country"), "prestashop.country")
        return self.country_state_of(country, self.code_of(record))


class CurrencyMapper(Component):
    _name = "prestashop.currency.mapper"
    _inherit = ["linked.currency.import.mapper", "prestashop.import.mapper"]
    _apply_on = "prestashop.currency"


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

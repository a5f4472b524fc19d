# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Attributes, their values, and the combinations of them that a product comes in."""

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import convert, mapping, only_create
from odoo.addons.connector.values import number_of

from ..webservice import links, text_of
from .mapper import link


class OptionMapper(Component):
    _name = "prestashop.product.option.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.product.option"
    _texts = {"public_name": "name"}

    def texts_in(self, record, language):
        # The other name is for the shop's staff.
        name = text_of(record.get("public_name"), language) or text_of(record.get("name"), language)
        return super().texts_in({**record, "public_name": name}, language)

    @only_create
    @mapping
    def kind(self, record):
        """Have Odoo create no variant by itself: the shop knows which combinations there are."""
        group_type = record.get("group_type")
        return {
            "create_variant": "dynamic",
            "display_type": group_type if group_type in ("radio", "color") else "select",
        }


class OptionValueMapper(Component):
    _name = "prestashop.product.option.value.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.product.option.value"
    _texts = {"name": "name"}

    direct = [("color", "html_color")]

    @only_create
    @mapping
    def attribute_id(self, record):
        attribute = self.linked(record.get("id_attribute_group"), "prestashop.product.option")
        return {"attribute_id": attribute.id}


class CombinationMapper(Component):
    _name = "prestashop.product.combination.mapper"
    _inherit = "prestashop.product.codes"
    _apply_on = "prestashop.product.combination"

    direct = [
        ("reference", "default_code"),
        (convert("price", number_of), "price_impact"),
        (link("id_product"), "template_id"),
    ]

    @mapping
    def links(self, record):
        return {
            "odoo_id": self.options.variant.id,
            "image_id": next(iter(links(record, "images")), 0),
            "barcode": self.barcode(record, self.options.variant),
        }

    @mapping
    def numbers(self, record):
        """Weights are added to the product's; a cost of nothing means that of the product."""
        product = record["product"]
        return {
            "weight": number_of(product.get("weight")) + number_of(record.get("weight")),
            "standard_price": number_of(record.get("wholesale_price"))
            or number_of(product.get("wholesale_price")),
        }


class StockAvailableMapper(Component):
    _name = "prestashop.stock.available.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.stock.available"

    direct = [(link("id_shop"), "shop_id")]

    @mapping
    def odoo_id(self, record):
        product = self.variant(record.get("id_product"), record.get("id_product_attribute"))
        return {"odoo_id": product.id}

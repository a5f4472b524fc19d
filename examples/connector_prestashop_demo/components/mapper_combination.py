# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Attributes, their values, and the combinations of them that a product comes in."""

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import convert, mapping, only_create

from ..webservice import id_of, links, number_of, text_of


class OptionMapper(Component):
    _name = "prestashop.product.option.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.product.option"
    _texts = {"public_name": "name"}

    def texts_in(self, record, language):
        texts = super().texts_in(record, language)
        return {"name": texts["name"] or text_of(record.get("name"), language) or "?"}

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

    def texts_in(self, record, language):
        texts = super().texts_in(record, language)
        return {"name": texts["name"] or f"#{record.get('id')}"}

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
    ]

    @mapping
    def links(self, record):
        return {
            "template_id": self.options.template.id,
            "odoo_id": self.options.variant.id,
            "image_id": next(iter(links(record, "images")), 0),
            "barcode": self.barcode(record, self.options.variant),
        }

    @mapping
    def numbers(self, record):
        """Weights are added to the product's; a cost of nothing means that of the product."""
        product = self.options.product_record
        return {
            "weight": number_of(product.get("weight")) + number_of(record.get("weight")),
            "standard_price": number_of(record.get("wholesale_price"))
            or number_of(product.get("wholesale_price")),
        }


class StockAvailableMapper(Component):
    _name = "prestashop.stock.available.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.stock.available"

    @mapping
    def links(self, record):
        product = self.variant(record.get("id_product"), record.get("id_product_attribute"))
        shops = self.binder_for("prestashop.shop")
        return {
            "odoo_id": product.id,
            "shop_id": shops.to_internal(id_of(record.get("id_shop"))).id,
        }

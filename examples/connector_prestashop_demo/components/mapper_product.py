# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Categories and products, which come in combinations of attributes.

Versions know other codes of a product.
"""

from odoo import Command
from odoo.tools import html2plaintext

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import convert, mapping, only_create
from odoo.addons.connector.values import flag_of, id_of, number_of, text_of

from ..webservice import image_of, links
from .mapper import link


class CategoryMapper(Component):
    _name = "prestashop.category.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.category"
    _texts = {"name": "name"}

    direct = [(link("id_parent", "prestashop.category"), "parent_id")]

    @mapping
    def root(self, record):
        is_root = id_of(record.get("id_parent")) == id_of(record.get("id"))
        return {"parent_id": False} if is_root else {}


class ProductCodes(AbstractComponent):
    """What products and combinations have in common: weights, costs and codes."""

    _name = "prestashop.product.codes"
    _inherit = ["shop.product.import.mapper", "prestashop.import.mapper"]

    #: keys of the codes that may serve as a barcode, the best first
    _barcode_keys = ("ean13", "isbn", "upc")

    def barcode(self, record: dict, product):
        """Choose a barcode that no other product has; ``False`` if there is none.

        :param record: record
        :param product: our product, empty if it is new
        """
        return self.free_barcode((text_of(record.get(key)) for key in self._barcode_keys), product)


class ProductMapper(Component):
    _name = "prestashop.product.mapper"
    _inherit = "prestashop.product.codes"
    _apply_on = "prestashop.product.template"
    _texts = {
        "name": "name",
        "description": "description",
        "description_short": "description_sale",
    }

    direct = [
        (convert("price", number_of), "list_price"),
        (convert("id_default_image", image_of), "image_id"),
        (link("id_manufacturer"), "manufacturer_id"),
    ]

    def texts_in(self, record, language):
        texts = super().texts_in(record, language)
        # It goes on orders, as plain text.
        return {**texts, "description_sale": html2plaintext(texts["description_sale"]).strip()}

    @only_create
    @mapping
    def type(self, record):
        # From 1.7.8 on, the kind of a product is stored.
        kinds = (record.get("product_type"), record.get("type"))
        if "virtual" in kinds or flag_of(record.get("is_virtual")):
            return {"type": "service"}
        return {"type": "consu", "is_storable": True}

    @mapping
    def codes(self, record):
        """Give a product without combinations its codes; those with some have them there."""
        if record["combinations"]:
            return {}
        binding = self.options.binding
        product = binding.odoo_id.with_context(active_test=False).product_variant_ids
        return {
            "default_code": record.get("reference") or False,
            "barcode": self.barcode(record, product),
            "weight": number_of(record.get("weight")),
            "standard_price": number_of(record.get("wholesale_price")),
        }

    @mapping
    def links(self, record):
        category = self.linked(record.get("id_category_default"), "prestashop.category")
        bindings = self.binder_for("prestashop.category").bindings_by_external_id(
            links(record, "categories")
        )
        return {
            **({"categ_id": category.id} if category else {}),
            "category_ids": [Command.set([binding.id for binding in bindings.values()])],
        }

    @mapping
    def attribute_line_ids(self, record):
        """Add the attributes and values that combinations use; none is ever taken away."""
        binder = self.binder_for("prestashop.product.option.value")
        ids = [
            value_id
            for combination in record["combinations"]
            for value_id in links(combination, "product_option_values")
        ]
        found = binder.bindings_by_external_id(ids)
        values = self.env["product.attribute.value"].browse(
            dict.fromkeys(found[value_id].odoo_id.id for value_id in ids if value_id in found)
        )
        commands = self.missing_values(self.options.binding.odoo_id, values)
        return {"attribute_line_ids": commands} if commands else {}


class ProductMapper16(Component):
    """Knows no ISBN."""

    _name = "prestashop.product.mapper.1.6"
    _inherit = "prestashop.product.mapper"
    _backend_version = "1.6"
    _barcode_keys = ("ean13", "upc")


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
            "image_id": image_of(next(iter(links(record, "images")), 0)),
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

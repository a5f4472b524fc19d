# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Categories and products. Versions tell the kind of a product, and its codes, in other ways."""

from odoo import Command
from odoo.tools import html2plaintext

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import convert, mapping, only_create

from ..webservice import flag_of, id_of, links, number_of, text_of


class CategoryMapper(Component):
    _name = "prestashop.category.mapper"
    _inherit = "prestashop.import.mapper"
    _apply_on = "prestashop.category"
    _texts = {"name": "name"}

    def texts_in(self, record, language):
        texts = super().texts_in(record, language)
        return {**texts, "name": texts["name"] or self.env._("Category %s", record.get("id"))}

    @mapping
    def parent_id(self, record):
        if id_of(record.get("id_parent")) == id_of(record.get("id")):
            return {"parent_id": False}
        return {"parent_id": self.linked(record.get("id_parent"), "prestashop.category").id}


class ProductCodes(AbstractComponent):
    """What products and combinations have in common: weights, costs and codes."""

    _name = "prestashop.product.codes"
    _inherit = "prestashop.import.mapper"

    #: keys of the codes that may serve as a barcode, the best first
    _barcode_keys = ("ean13", "isbn", "upc")

    def barcode(self, record: dict, product):
        """Choose a barcode that no other product has: shops don't mind doubles, Odoo does.

        :param record: record
        :param product: our product, empty if it is new
        """
        for code in filter(None, (text_of(record.get(key)) for key in self._barcode_keys)):
            taken = self.env["product.product"].with_context(active_test=False)
            if code.strip("0") and not taken.search_count(
                [("barcode", "=", code), ("id", "not in", product.ids)], limit=1
            ):
                return code
        return False


class ProductMapper(AbstractComponent):
    _name = "prestashop.product.mapper"
    _inherit = "prestashop.product.codes"
    _apply_on = "prestashop.product.template"
    _texts = {
        "name": "name",
        "description": "description",
        "description_short": "description_sale",
    }

    direct = [(convert("price", number_of), "list_price")]

    def _is_virtual(self, record: dict) -> bool:
        """Tell a product that is not shipped."""
        raise NotImplementedError

    def texts_in(self, record, language):
        texts = super().texts_in(record, language)
        return {
            **texts,
            "name": texts["name"] or record.get("reference") or f"#{record.get('id')}",
            # It goes on orders, as plain text.
            "description_sale": html2plaintext(texts["description_sale"]).strip(),
        }

    @only_create
    @mapping
    def type(self, record):
        if self._is_virtual(record):
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
        manufacturers = self.binder_for("prestashop.manufacturer")
        return {
            **({"categ_id": category.id} if category else {}),
            "category_ids": [Command.set([binding.id for binding in bindings.values()])],
            "manufacturer_id": manufacturers.to_internal(id_of(record.get("id_manufacturer"))).id,
            "image_id": id_of(record.get("id_default_image")),
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
        lines = self.options.binding.odoo_id.attribute_line_ids
        commands = []
        for attribute, used in values.grouped("attribute_id").items():
            line = lines.filtered(lambda one, attribute=attribute: one.attribute_id == attribute)[
                :1
            ]
            missing = used - line.value_ids
            if not line:
                commands.append(
                    Command.create(
                        {"attribute_id": attribute.id, "value_ids": [Command.set(used.ids)]}
                    )
                )
            elif missing:
                added = [Command.link(value.id) for value in missing]
                commands.append(Command.update(line.id, {"value_ids": added}))
        return {"attribute_line_ids": commands} if commands else {}


class ProductMapper16(Component):
    _name = "prestashop.product.mapper.1.6"
    _inherit = "prestashop.product.mapper"
    _backend_version = "1.6"
    _barcode_keys = ("ean13", "upc")

    def _is_virtual(self, record: dict) -> bool:
        return record.get("type") == "virtual" or flag_of(record.get("is_virtual"))


class ProductMapper17(Component):
    """From 1.7.8 on, the kind of a product is stored."""

    _name = "prestashop.product.mapper.1.7"
    _inherit = "prestashop.product.mapper"
    _backend_version_from = "1.7"

    def _is_virtual(self, record: dict) -> bool:
        return "virtual" in (record.get("product_type"), record.get("type")) or flag_of(
            record.get("is_virtual")
        )

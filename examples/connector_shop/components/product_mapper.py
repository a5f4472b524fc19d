# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from collections.abc import Iterable

from odoo import Command

from odoo.addons.component.core import AbstractComponent


class ShopProductMapper(AbstractComponent):
    """What mappers of products and of their variants have in common."""

    _name = "shop.product.import.mapper"
    _inherit = "shop.import.mapper"

    def free_barcode(self, codes: Iterable[str], product):
        """Choose a barcode that no other product has: shops don't mind doubles, Odoo does.

        :param codes: codes that may serve as one, the best first; empty ones are left out
        :param product: our product, empty if it is new
        :return: code, or ``False``
        """
        taken = self.env["product.product"].with_context(active_test=False)
        for code in filter(None, codes):
            # Nothing but zeros is how some write that there is none.
            if code.strip("0") and not taken.search_count(
                [("barcode", "=", code), ("id", "not in", product.ids)], limit=1
            ):
                return code
        return False

    def missing_values(self, template, values) -> list:
        """Give a product the attributes and values that its variants use; none is taken away.

        :param template: product template, empty if it is new
        :param values: attribute values
        :return: commands for ``attribute_line_ids``; none if nothing is missing
        """
        commands = []
        for attribute, used in values.grouped("attribute_id").items():
            line = template.attribute_line_ids.filtered(
                lambda one, attribute=attribute: one.attribute_id == attribute
            )[:1]
            missing = used - line.value_ids
            if not line:
                ids = [Command.set(used.ids)]
                commands.append(Command.create({"attribute_id": attribute.id, "value_ids": ids}))
            elif missing:
                added = [Command.link(value.id) for value in missing]
                commands.append(Command.update(line.id, {"value_ids": added}))
        return commands

    def variant_with(self, template, values):
        """Find the variant of a product that has some attribute values, or create it.

        :param template: product template, whose attributes create variants dynamically
        :param values: attribute values
        :return: product; empty if the values don't make one of this template's
        """
        used = template.attribute_line_ids.product_template_value_ids.filtered(
            lambda one: one.ptav_active and one.product_attribute_value_id in values
        )
        return template.with_context(connector_no_export=True)._create_product_variant(used)

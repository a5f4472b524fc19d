# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping


class ProductCategoryMapper(Component):
    _name = "odoo.product.category.import.mapper"
    _inherit = "odoo.import.mapper"
    _apply_on = "odoo.product.category"
    _dependencies = {"parent_id": "odoo.product.category"}

    direct = [
        ("name", "name"),
        (external_to_m2o("parent_id", binding="odoo.product.category"), "parent_id"),
    ]


class ProductTemplateMapper(Component):
    """Products without their variants: one with attributes arrives as one plain product."""

    _name = "odoo.product.template.import.mapper"
    _inherit = "odoo.import.mapper"
    _apply_on = "odoo.product.template"
    _more_fields = ("type",)
    _dependencies = {"categ_id": "odoo.product.category"}

    direct = [
        ("name", "name"),
        ("active", "active"),
        ("default_code", "default_code"),
        ("list_price", "list_price"),
        ("description_sale", "description_sale"),
        ("sale_ok", "sale_ok"),
        ("image_1920", "image_1920"),
        (external_to_m2o("categ_id", binding="odoo.product.category"), "categ_id"),
    ]

    @mapping
    def type(self, record):
        """Goods and services; a kind that Odoo has only with further addons becomes goods."""
        return {"type": "service" if record["type"] == "service" else "consu"}

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class PrestashopCategory(models.Model):
    _name = "prestashop.category"
    _inherit = ["prestashop.binding", "connector.shop.category"]
    _description = "PrestaShop Category"
    _resource = "categories"


class PrestashopOption(models.Model):
    _name = "prestashop.product.option"
    _inherit = "prestashop.binding"
    _inherits = {"product.attribute": "odoo_id"}
    _description = "PrestaShop Attribute"
    _resource = "product_options"

    odoo_id = fields.Many2one("product.attribute", required=True, ondelete="cascade")


class PrestashopOptionValue(models.Model):
    _name = "prestashop.product.option.value"
    _inherit = "prestashop.binding"
    _inherits = {"product.attribute.value": "odoo_id"}
    _description = "PrestaShop Attribute Value"
    _resource = "product_option_values"

    odoo_id = fields.Many2one("product.attribute.value", required=True, ondelete="cascade")


class PrestashopProduct(models.Model):
    _name = "prestashop.product.template"
    _inherit = ["prestashop.binding", "connector.shop.image"]
    _inherits = {"product.template": "odoo_id"}
    _description = "PrestaShop Product"
    _resource = "products"
    _on_deleted = "archive"

    odoo_id = fields.Many2one("product.template", required=True, ondelete="cascade")
    category_ids = fields.Many2many("prestashop.category", string="Categories of the shop")
    manufacturer_id = fields.Many2one("prestashop.manufacturer", ondelete="set null")
    combination_ids = fields.One2many("prestashop.product.combination", "template_id")


class PrestashopCombination(models.Model):
    _name = "prestashop.product.combination"
    _inherit = ["prestashop.binding", "connector.shop.product", "connector.shop.image"]
    _description = "PrestaShop Combination"
    _resource = "combinations"
    _on_deleted = "archive"

    template_id = fields.Many2one(
        "prestashop.product.template", required=True, ondelete="cascade", index=True
    )
    price_impact = fields.Float(
        digits="Product Price",
        help="What the shop adds to the product's price. Odoo knows such prices for attributes, "
        "not for combinations of them: it is used where there is but one attribute.",
    )


class PrestashopStockAvailable(models.Model):
    _name = "prestashop.stock.available"
    _inherit = ["prestashop.binding", "connector.shop.stock"]
    _description = "PrestaShop Stock Quantity"
    _rec_name = "odoo_id"
    _resource = "stock_availables"

    odoo_id = fields.Many2one(
        "product.product", "Product", required=True, ondelete="cascade", index=True
    )
    shop_id = fields.Many2one("prestashop.shop", ondelete="set null")

    def _stock_warehouse(self):
        return self.shop_id.warehouse_id or super()._stock_warehouse()

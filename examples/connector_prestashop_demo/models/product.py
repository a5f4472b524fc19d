# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models

from odoo.addons.queue_job.job import identity_exact


class PrestashopCategory(models.Model):
    _name = "prestashop.category"
    _inherit = "prestashop.binding"
    _inherits = {"product.category": "odoo_id"}
    _description = "PrestaShop Category"
    _resource = "categories"

    odoo_id = fields.Many2one("product.category", required=True, ondelete="cascade")


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
    _inherit = "prestashop.binding"
    _inherits = {"product.template": "odoo_id"}
    _description = "PrestaShop Product"
    _resource = "products"
    _on_deleted = "archive"

    odoo_id = fields.Many2one("product.template", required=True, ondelete="cascade")
    category_ids = fields.Many2many("prestashop.category", string="Categories of the shop")
    manufacturer_id = fields.Many2one("prestashop.manufacturer", ondelete="set null")
    combination_ids = fields.One2many("prestashop.product.combination", "template_id")
    image_id = fields.Integer("Picture in the shop", aggregator=None)
    imported_image_id = fields.Integer("Imported picture", aggregator=None)

    @api.private
    def import_images(self):
        """Fetch the pictures of a product and of its combinations (a job)."""
        self.ensure_one()
        with self._binding_backend().work_on(self._name) as work:
            return work.component(usage="image.importer").run(self)


class PrestashopCombination(models.Model):
    _name = "prestashop.product.combination"
    _inherit = "prestashop.binding"
    _inherits = {"product.product": "odoo_id"}
    _description = "PrestaShop Combination"
    _resource = "combinations"
    _on_deleted = "archive"

    odoo_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    template_id = fields.Many2one(
        "prestashop.product.template", required=True, ondelete="cascade", index=True
    )
    price_impact = fields.Float(
        digits="Product Price",
        help="What the shop adds to the product's price. Odoo knows such prices for attributes, "
        "not for combinations of them: it is used where there is but one attribute.",
    )
    image_id = fields.Integer("Picture in the shop", aggregator=None)
    imported_image_id = fields.Integer("Imported picture", aggregator=None)


class PrestashopStockAvailable(models.Model):
    _name = "prestashop.stock.available"
    _inherit = "prestashop.binding"
    _description = "PrestaShop Stock Quantity"
    _rec_name = "odoo_id"
    _resource = "stock_availables"

    odoo_id = fields.Many2one(
        "product.product", "Product", required=True, ondelete="cascade", index=True
    )
    shop_id = fields.Many2one("prestashop.shop", ondelete="set null")
    exported_quantity = fields.Integer(readonly=True, aggregator=None)

    def _quantity(self) -> int:
        """Return what the shop may sell: what is there, and not reserved."""
        self.ensure_one()
        warehouse = self.shop_id.warehouse_id or self.backend_id.warehouse_id
        return int(self.odoo_id.with_context(warehouse_id=warehouse.id).free_qty)

    def _delay_export(self) -> None:
        """Enqueue the export of each, unless a job for it waits already."""
        for stock in self:
            stock.with_delay(identity_key=identity_exact).export_record()

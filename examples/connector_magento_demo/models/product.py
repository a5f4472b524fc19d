# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class MagentoCategory(models.Model):
    _name = "magento.category"
    _inherit = "magento.binding"
    _inherits = {"product.category": "odoo_id"}
    _description = "Category of a Magento Shop"

    odoo_id = fields.Many2one("product.category", "Our Category", required=True, ondelete="cascade")


class MagentoProduct(models.Model):
    """A product, by what the shop's interface knows it by: its id in 1.x, its SKU in 2.x."""

    _name = "magento.product"
    _inherit = "magento.binding"
    _inherits = {"product.product": "odoo_id"}
    _description = "Product of a Magento Shop"

    odoo_id = fields.Many2one("product.product", "Our Product", required=True, ondelete="cascade")
    magento_id = fields.Char("Number in the Shop", index="btree_not_null", readonly=True)
    magento_type = fields.Char("Type in the Shop", readonly=True)
    magento_website_ids = fields.Many2many("magento.website", string="Websites", readonly=True)
    stock_item_id = fields.Char(readonly=True)
    stock_sent = fields.Float("Last Stock Sent", readonly=True, copy=False, aggregator=None)
    stock_date = fields.Datetime("Stock Sent On", readonly=True, copy=False)

    @api.private
    def export_stock(self):
        """Tell the shop how many of the product it may sell."""
        self.ensure_one()
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="stock.exporter").run(self.sudo())

    def _stock_to_sell(self):
        """Return how many are there and not reserved."""
        self.ensure_one()
        product = self.odoo_id.with_context(warehouse_id=self.backend_id.warehouse_id.id)
        return max(product.free_qty, 0.0)


class ProductProduct(models.Model):
    _inherit = "product.product"

    magento_bind_ids = fields.One2many("magento.product", "odoo_id", string="Magento Products")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping, only_create


class OrderMapper(Component):
    _name = "magento.sale.order.import.mapper"
    _inherit = ["shop.plain.order.import.mapper", "magento.import.mapper"]
    _apply_on = "magento.sale.order"
    _product_model = "magento.product"
    # Also by its number: an SKU may change.
    _product_keys = {"external_id": "product", "magento_id": "magento_id", "default_code": "sku"}

    direct = [
        ("state", "magento_state"),
        ("payment", "magento_payment"),
        (external_to_m2o("store_id", optional=True), "store_id"),
    ]

    @only_create
    @mapping
    def names(self, record):
        prefix = self.backend_record.order_prefix or ""
        return {"name": f"{prefix}{record['number']}", "magento_id": record["magento_id"]}

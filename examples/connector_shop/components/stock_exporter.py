# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields as odoo_fields

from odoo.addons.component.core import AbstractComponent


class ShopStockExporter(AbstractComponent):
    """Tells the shop how many of a product it may sell.

    The adapter has ``write_stock(binding, quantity)``. See ``connector.shop.stock``.
    """

    _name = "shop.stock.exporter"
    _inherit = "base.exporter"
    _usage = "record.exporter"

    def run(self, binding, fields=None) -> str:
        """Export the quantity of a product.

        :param binding: binding of ``connector.shop.stock``
        :param fields: not used: there is but one
        :return: what was done, in words
        """
        self.component(usage="record.locker").lock(binding)
        quantity = binding._stock_to_sell()
        self.backend_adapter.write_stock(binding, quantity)
        now = odoo_fields.Datetime.now()
        binding.with_context(connector_no_export=True).write(
            {"stock_sent": quantity, "stock_date": now, "last_export_date": now}
        )
        return self.env._(
            "Quantity of %(product)s: %(quantity)s",
            product=binding.odoo_id.display_name,
            quantity=quantity,
        )

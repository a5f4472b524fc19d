# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What our own records show of the shops."""

from lxml.builder import E

from odoo import api, fields, models


class ConnectorShopBound(models.AbstractModel):
    """Shows the bindings of a record on the page ``shop`` of its form, whichever connectors are
    installed: all one2many fields to bindings of shops.
    """

    _name = "connector.shop.bound"
    _description = "Record with Bindings of Shops"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        page = arch.find(".//page[@name='shop']") if view_type == "form" else None
        if page is not None:
            names = self._shop_binding_fields()
            page.extend(
                E.field(name=name, readonly="1", nolabel="1", invisible=f"not {name}")
                for name in names
            )
            # Nothing is to be seen of it where no shop has the record.
            page.set("invisible", " and ".join(f"not {name}" for name in names) or "True")
        return arch, view

    @api.model
    def _shop_binding_fields(self) -> list[str]:
        """Name the fields that hold the bindings of a record."""
        parent = self.env.registry["connector.shop.binding"]
        return [
            name
            for name, field in self._fields.items()
            if field.type == "one2many"
            and issubclass(self.env.registry[field.comodel_name], parent)
        ]


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "connector.shop.bound"]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "connector.shop.bound"]


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "connector.shop.bound"]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    shop_item_id = fields.Char(
        "Line in the Shop",
        readonly=True,
        copy=False,
        help="What is invoiced or shipped there, where the shop knows its lines by an id.",
    )
    shop_whole_id = fields.Char(
        "Whole in the Shop",
        readonly=True,
        copy=False,
        help="The line there, such as of a bundle, of which this one is a part.",
    )
    shop_whole_quantity = fields.Float("Quantity of the Whole", readonly=True, copy=False)

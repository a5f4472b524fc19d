# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What our own records know of the shops."""

from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    magento_bind_ids = fields.One2many("magento.product", "odoo_id", string="Magento Products")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    magento_bind_ids = fields.One2many("magento.sale.order", "odoo_id", string="Magento Orders")


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    magento_item_id = fields.Char(
        readonly=True, copy=False, help="The line in the shop: what is invoiced or shipped there."
    )


class AccountMove(models.Model):
    _inherit = "account.move"

    magento_bind_ids = fields.One2many("magento.invoice", "odoo_id", string="Magento Invoices")

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["magento.invoice"]._bind_documents(
            posted.filtered(lambda move: move.move_type == "out_invoice"),
            lambda move: move.line_ids.sale_line_ids,
            "export_invoices",
        )
        return posted


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # The delivery modules have a field of this name, for the same thing.
    carrier_tracking_ref = fields.Char("Tracking Reference", copy=False)
    magento_bind_ids = fields.One2many("magento.shipment", "odoo_id", string="Magento Shipments")

    def _action_done(self):
        result = super()._action_done()
        self.env["magento.shipment"]._bind_documents(
            self.filtered(
                lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
            ),
            lambda picking: picking.move_ids.sale_line_id,
            "export_shipments",
        )
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get("carrier_tracking_ref"):
            # One that was not exported yet takes it along.
            for shipment in self.sudo().magento_bind_ids.filtered("external_id"):
                shipment.with_delay().export_record(fields=["carrier_tracking_ref"])
        return result

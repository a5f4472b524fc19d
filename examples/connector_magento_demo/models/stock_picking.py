# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


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

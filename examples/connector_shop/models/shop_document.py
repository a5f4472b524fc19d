# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices and deliveries of orders, which go back to the shop."""

from odoo import api, fields, models

from .shop_binding import models_of


class ConnectorShopDocument(models.AbstractModel):
    """What is made here for an order of the shop, and told there.

    A connector adds the many2one ``shop_order_id`` to its bindings of orders.
    """

    _name = "connector.shop.document"
    _inherit = "connector.shop.binding"
    _description = "Document for a Shop"
    _binding_more_fields = ("shop_order_id",)

    #: field of the backend that switches the export on
    _export_option = None

    # Set before it is sent: a job that dies in between must look whether it arrived.
    export_begun = fields.Boolean(readonly=True, copy=False)

    _document_uniq = models.Constraint(
        "UNIQUE (odoo_id, shop_order_id)", "This document is bound to that order already."
    )

    @api.model
    def _bind_documents(self, records, order_lines) -> None:
        """Bind invoices or transfers to the orders of shops that they are for, and export them.

        :param records: invoices or transfers
        :param order_lines: function that finds the order lines of one
        """
        bindings, orders = self.sudo(), self.env[self._fields["shop_order_id"].comodel_name].sudo()
        for record in records:
            domain = [("odoo_id", "in", order_lines(record).order_id.ids)]
            for order in orders.search(domain).filtered("external_id"):
                known = [("odoo_id", "=", record.id), ("shop_order_id", "=", order.id)]
                if order.backend_id[self._export_option] and not bindings.search_count(
                    known, limit=1
                ):
                    values = {"odoo_id": record.id, "shop_order_id": order.id}
                    binding = bindings.create({**values, "backend_id": order.backend_id.id})
                    binding.with_delay().export_record()


class ConnectorShopInvoice(models.AbstractModel):
    """An invoice of an order, exported when it is posted."""

    _name = "connector.shop.invoice"
    _inherit = "connector.shop.document"
    _inherits = {"account.move": "odoo_id"}
    _description = "Invoice for a Shop"

    odoo_id = fields.Many2one(
        "account.move", "Invoice", required=True, ondelete="cascade", index=True
    )


class ConnectorShopShipment(models.AbstractModel):
    """A delivery of an order, exported when it is done; its tracking number may come later."""

    _name = "connector.shop.shipment"
    _inherit = "connector.shop.document"
    _inherits = {"stock.picking": "odoo_id"}
    _description = "Shipment for a Shop"

    odoo_id = fields.Many2one(
        "stock.picking", "Transfer", required=True, ondelete="cascade", index=True
    )
    tracking_sent = fields.Char("Tracking Number Sent", readonly=True, copy=False)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        for model in models_of(self.env, "connector.shop.invoice"):
            model._bind_documents(invoices, lambda move: move.line_ids.sale_line_ids)
        return posted


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        done = self.filtered(
            lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
        )
        for model in models_of(self.env, "connector.shop.shipment"):
            model._bind_documents(done, lambda picking: picking.move_ids.sale_line_id)
        return result

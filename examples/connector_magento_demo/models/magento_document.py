# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Invoices and deliveries of orders, which go back to the shop."""

from odoo import api, fields, models


class MagentoDocument(models.AbstractModel):
    """What is made here for an order of the shop, and told there."""

    _name = "magento.document"
    _inherit = "magento.binding"
    _description = "Magento Document"
    _binding_more_fields = ("magento_order_id",)

    magento_order_id = fields.Many2one(
        "magento.sale.order", "Magento Order", required=True, ondelete="cascade", index=True
    )
    # Set before it is sent: a job that dies in between must look whether it arrived.
    export_begun = fields.Boolean(readonly=True, copy=False)

    _document_uniq = models.Constraint(
        "UNIQUE (odoo_id, magento_order_id)", "This document is bound to that order already."
    )

    @api.model
    def _bind_documents(self, records, lines_of, option):
        """Bind invoices or transfers to the orders of shops that they are for, and export them.

        :param records: invoices or transfers
        :param lines_of: function that finds the order lines of one
        :param option: field of the backend that switches the export on
        """
        for record in records:
            orders = lines_of(record).order_id.sudo().magento_bind_ids
            for order in orders.filtered("external_id"):
                domain = [("odoo_id", "=", record.id), ("magento_order_id", "=", order.id)]
                if order.backend_id[option] and not self.sudo().search_count(domain, limit=1):
                    values = {"odoo_id": record.id, "magento_order_id": order.id}
                    binding = self.sudo().create({**values, "backend_id": order.backend_id.id})
                    binding.with_delay().export_record()


class MagentoInvoice(models.Model):
    _name = "magento.invoice"
    _inherit = "magento.document"
    _inherits = {"account.move": "odoo_id"}
    _description = "Magento Invoice"

    odoo_id = fields.Many2one("account.move", "Invoice", required=True, ondelete="cascade")


class MagentoShipment(models.Model):
    _name = "magento.shipment"
    _inherit = "magento.document"
    _inherits = {"stock.picking": "odoo_id"}
    _description = "Magento Shipment"

    odoo_id = fields.Many2one("stock.picking", "Transfer", required=True, ondelete="cascade")
    tracking_sent = fields.Char("Tracking Number Sent", readonly=True, copy=False)

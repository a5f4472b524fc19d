# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


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

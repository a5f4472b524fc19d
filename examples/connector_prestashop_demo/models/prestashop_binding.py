# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What all our bindings have in common."""

from odoo import fields, models


class PrestashopBinding(models.AbstractModel):
    _name = "prestashop.binding"
    _inherit = "connector.shop.binding"
    _description = "PrestaShop Binding"

    #: name of the resource in the web service, which is the path below ``/api``
    _resource = None
    #: what becomes of our record when theirs is deleted
    _on_deleted = "keep"

    backend_id = fields.Many2one(
        "prestashop.backend", required=True, ondelete="restrict", index=True
    )
    external_id = fields.Integer(string="Id in the shop", required=True, aggregator=None)

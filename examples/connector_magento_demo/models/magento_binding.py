# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class MagentoBinding(models.AbstractModel):
    """Fields that all our bindings have.

    ``backend_id`` and ``external_id`` together are unique, by an index of the base model: whatever
    runs at the same time, a record of the shop has one binding.
    """

    _name = "magento.binding"
    _inherit = "external.binding"
    _description = "Magento Binding"

    backend_id = fields.Many2one("magento.backend", required=True, ondelete="restrict", index=True)
    external_id = fields.Char(string="Id in the Shop")

    @api.private
    def export_record(self, fields=None, **kwargs):
        """Export with the rights of the system: who posts an invoice may not write bindings."""
        return super(MagentoBinding, self.sudo()).export_record(fields=fields, **kwargs)

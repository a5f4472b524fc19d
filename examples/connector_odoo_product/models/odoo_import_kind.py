# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class OdooImportKind(models.Model):
    _inherit = "odoo.import.kind"

    binding_model = fields.Selection(
        selection_add=[
            ("odoo.product.category", "Product categories"),
            ("odoo.product.template", "Products"),
        ],
        ondelete={
            "odoo.product.category": "cascade",
            "odoo.product.template": "cascade",
        },
    )

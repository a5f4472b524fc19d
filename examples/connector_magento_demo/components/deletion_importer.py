# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component

from .customer_importer import GUEST


class MagentoDeletionImporter(Component):
    """Finds what was deleted in the shop. Guests have no record there that could be."""

    _name = "magento.deletion.importer"
    _inherit = ["deletion.importer", "magento.base"]
    _apply_on = ["magento.partner", "magento.product", "magento.category"]
    # Magento 2 may be set up to refuse pages of more than 300.
    _page_size = 200

    def _on_not_listed(self, external_id):
        if not external_id.startswith(GUEST):
            super()._on_not_listed(external_id)

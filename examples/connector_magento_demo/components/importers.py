# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The generic flows, and which record points at which."""

from odoo.addons.component.core import Component
from odoo.addons.connector_shop.components.plain_orders import GUEST

from ..models.magento_backend import IMPORTED


class MagentoBatchImporter(Component):
    _name = "magento.batch.importer"
    _inherit = ["batch.importer", "magento.base"]
    _apply_on = list(IMPORTED)


class MagentoRecordImporter(Component):
    _name = "magento.record.importer"
    _inherit = ["shop.record.importer", "magento.base"]


class MagentoRecordDeleter(Component):
    """What is gone in the shop is archived here, if it can be; tags and orders stay as they are."""

    _name = "magento.record.deleter"
    _inherit = ["record.deleter", "magento.base"]
    _apply_on = [*IMPORTED, "magento.address"]


class MagentoDeletionImporter(Component):
    """Finds what was deleted in the shop. Guests have no record there that could be."""

    _name = "magento.deletion.importer"
    _inherit = ["deletion.importer", "magento.base"]
    _apply_on = list(IMPORTED)
    # Magento 2 may be set up to refuse pages of more than 300.
    _page_size = 200

    def _on_not_listed(self, external_id):
        if not external_id.startswith(GUEST):
            super()._on_not_listed(external_id)


class ProductImporter(Component):
    _name = "magento.product.importer"
    _inherit = "magento.record.importer"
    _apply_on = "magento.product"
    _dependency_models = {"categories": "magento.category", "websites": "magento.website"}

    def _prepare(self):
        super()._prepare()
        magento_id = self.external_record["magento_id"]
        if not self.binding and magento_id:
            # A product of Magento 2 is known by its SKU, which may change.
            domain = [("backend_id", "=", self.backend_record.id), ("magento_id", "=", magento_id)]
            self.binding = self.model.search(domain, limit=1)

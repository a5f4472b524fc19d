# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import AbstractComponent


class ShopRecordImporter(AbstractComponent):
    """Imports what a record points at first, and texts in all languages."""

    _name = "shop.record.importer"
    _inherit = "record.importer"
    _import_linked = True

    def _translations(self) -> dict[str, dict]:
        return self.mapper.translations(self.external_record)

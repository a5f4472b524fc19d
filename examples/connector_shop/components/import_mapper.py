# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of all import mappers of a shop."""

from odoo.addons.component.core import AbstractComponent


class ShopImportMapper(AbstractComponent):
    """Maps texts in several languages, and finds what was imported before."""

    _name = "shop.import.mapper"
    _inherit = ["base.codes.import.mapper", "base.texts.import.mapper"]

    def main_language(self):
        backend = self.backend_record
        return (backend.default_language_id or backend.languages()[:1]).external_id

    def languages(self):
        return {one.odoo_id.code: one.external_id for one in self.backend_record.languages()}

    def linked(self, external_id, binding_model: str):
        """Find our record for an id of the shop: the binding's, or the binding where it has none.

        :param external_id: id; nothing, or one that is not bound, gives an empty recordset
        :param binding_model: binding model
        """
        binder = self.binder_for(binding_model)
        bindings = self.env[binding_model]
        binding = binder.to_internal(external_id) if external_id else bindings
        return binding.odoo_id if "odoo_id" in bindings._fields else binding

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Binder of connectors of the first generation."""

from .unit import ConnectorUnit


class Binder(ConnectorUnit):
    """Binder with its older names; the link to the normal record may be ``openerp_id``."""

    _unit_component = "base.binder"
    _openerp_field = "openerp_id"

    @property
    def _odoo_field(self) -> str:
        return self._openerp_field if self._openerp_field in self.model._fields else "odoo_id"

    def bind(self, external_id, binding):
        """Note the external id, as text where it is stored as text."""
        return super().bind(self._as_stored(external_id), binding)

    def unwrap_binding(self, binding_id, browse=None):
        """Find the normal record of a binding.

        :param browse: ``False`` to have its id
        """
        record = super().unwrap_binding(binding_id)
        return record.id if browse is False else record

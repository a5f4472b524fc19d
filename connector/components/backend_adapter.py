# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters speak with the other system; the rest of a connector does not know how."""

from odoo.addons.component.core import AbstractComponent


class BackendAdapter(AbstractComponent):
    """Base of all adapters, whatever their methods."""

    _name = "base.backend.adapter"
    _inherit = "base.connector"
    _usage = "backend.adapter"


class CRUDAdapter(AbstractComponent):
    """Base of the adapters of systems that hold records."""

    _name = "base.backend.adapter.crud"
    _inherit = "base.backend.adapter"
    _usage = "backend.adapter"

    def search(self, *args, **kwargs):
        """Return the external ids that answer to a filter."""
        raise NotImplementedError

    def read(self, *args, **kwargs):
        """Return the record of an external id.

        :raises IDMissingInBackend: if there is none
        """
        raise NotImplementedError

    def search_read(self, *args, **kwargs):
        """Return the records that answer to a filter."""
        raise NotImplementedError

    def create(self, *args, **kwargs):
        """Create a record and return its external id."""
        raise NotImplementedError

    def write(self, *args, **kwargs):
        """Change the record of an external id."""
        raise NotImplementedError

    def delete(self, *args, **kwargs):
        """Delete the record of an external id."""
        raise NotImplementedError

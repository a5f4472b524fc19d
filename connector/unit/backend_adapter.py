# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of older connectors for what is in ``connector.components.backend_adapter``."""

from ..components.backend_adapter import BackendAdapter, CRUDAdapter
from ..legacy import warn_once

__all__ = ["BackendAdapter", "CRUDAdapter"]

warn_once(__name__, "odoo.addons.connector.components.backend_adapter")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Adapters of connectors of the first generation: today in ``connector.components``."""

from ..legacy import warn_once
from .unit import ConnectorUnit

__all__ = ["BackendAdapter", "CRUDAdapter"]

warn_once(__name__, "odoo.addons.connector.components.backend_adapter")


class BackendAdapter(ConnectorUnit):
    """Stands for ``base.backend.adapter``."""

    _unit_component = "base.backend.adapter"


class CRUDAdapter(BackendAdapter):
    """Stands for ``base.backend.adapter.crud``."""

    _unit_component = "base.backend.adapter.crud"

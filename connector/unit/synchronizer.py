# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Synchronizers of connectors of the first generation: today in ``connector.components``."""

from ..legacy import warn_once
from .unit import ConnectorUnit

__all__ = [
    "DeleteSynchronizer",
    "Deleter",
    "ExportSynchronizer",
    "Exporter",
    "ImportSynchronizer",
    "Importer",
    "Synchronizer",
]

warn_once(__name__, "odoo.addons.connector.components.synchronizer")


class Synchronizer(ConnectorUnit):
    """Stands for ``base.synchronizer``. Its mapper and adapter may be named by their classes."""

    _unit_component = "base.synchronizer"

    #: classes of the mapper and of the adapter; by usage if they are not given
    _base_mapper = None
    _base_backend_adapter = None

    @property
    def mapper(self):
        """The mapper, looked up at its first use."""
        if self._mapper is None and self._base_mapper:
            self._mapper = self.unit_for(self._base_mapper)
        return super().mapper

    @property
    def backend_adapter(self):
        """The adapter, looked up at its first use."""
        if self._backend_adapter is None and self._base_backend_adapter:
            self._backend_adapter = self.unit_for(self._base_backend_adapter)
        return super().backend_adapter


class Exporter(Synchronizer):
    """Stands for ``base.exporter``."""

    _unit_component = "base.exporter"


class Importer(Synchronizer):
    """Stands for ``base.importer``."""

    _unit_component = "base.importer"


class Deleter(Synchronizer):
    """Stands for ``base.deleter``."""

    _unit_component = "base.deleter"


ExportSynchronizer = Exporter
ImportSynchronizer = Importer
DeleteSynchronizer = Deleter

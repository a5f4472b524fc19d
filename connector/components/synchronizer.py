# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Synchronizers run one exchange with the other system."""

from odoo.addons.component.core import AbstractComponent


class Synchronizer(AbstractComponent):
    """Base of importers, exporters and deleters."""

    _name = "base.synchronizer"
    _inherit = "base.connector"

    _base_mapper_usage = "mapper"
    _base_backend_adapter_usage = "backend.adapter"

    def __init__(self, work_context):
        super().__init__(work_context)
        self._backend_adapter = None
        self._binder = None
        self._mapper = None

    def run(self, *args, **kwargs):
        """Run the synchronization."""
        raise NotImplementedError

    @property
    def mapper(self):
        """Component that maps, looked up at its first use."""
        if self._mapper is None:
            self._mapper = self.component(usage=self._base_mapper_usage)
        return self._mapper

    @property
    def binder(self):
        """Binder of the model, looked up at its first use."""
        if self._binder is None:
            self._binder = self.binder_for()
        return self._binder

    @property
    def backend_adapter(self):
        """Component that speaks with the other system, looked up at its first use."""
        if self._backend_adapter is None:
            self._backend_adapter = self.component(usage=self._base_backend_adapter_usage)
        return self._backend_adapter


class Exporter(AbstractComponent):
    """Base of what exports."""

    _name = "base.exporter"
    _inherit = "base.synchronizer"
    _usage = "exporter"
    _base_mapper_usage = "export.mapper"


class Importer(AbstractComponent):
    """Base of what imports."""

    _name = "base.importer"
    _inherit = "base.synchronizer"
    _usage = "importer"
    _base_mapper_usage = "import.mapper"


class Deleter(AbstractComponent):
    """Base of what deletes."""

    _name = "base.deleter"
    _inherit = "base.synchronizer"
    _usage = "deleter"


# Where other addons import it from. At the end: it inherits from the components above, and
# components are built in the order of their definition.
from .generic_exporter import GenericExporter  # noqa: E402, F401

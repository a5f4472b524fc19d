# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Mappers of connectors of the first generation: today in ``connector.components.mapper``."""

from contextlib import suppress

from odoo.addons.component.exception import NoComponentError

from ..components.map_record import MapOptions
from ..components.mapper import (
    MapRecord,
    changed_by,
    convert,
    external_to_m2o,
    follow_m2o_relations,
    m2o_to_external,
    mapping,
    none,
    only_create,
)
from ..legacy import warn_once
from .unit import ConnectorUnit

__all__ = [
    "ExportMapChild",
    "ExportMapper",
    "ImportMapChild",
    "ImportMapper",
    "MapChild",
    "MapOptions",
    "MapRecord",
    "Mapper",
    "backend_to_m2o",
    "changed_by",
    "convert",
    "external_to_m2o",
    "follow_m2o_relations",
    "m2o_to_backend",
    "m2o_to_external",
    "mapping",
    "none",
    "only_create",
]

m2o_to_backend = m2o_to_external
backend_to_m2o = external_to_m2o

warn_once(__name__, "odoo.addons.connector.components.mapper")


class MapChild(ConnectorUnit):
    """Stands for ``base.map.child``."""

    _unit_component = "base.map.child"

    def skip_add_item(self, item_values) -> bool:
        """Tell whether a line is left out, now that it is mapped; lines without values stay.

        :param item_values: values of the line
        """
        return False

    def _is_kept(self, values) -> bool:
        return not self.skip_add_item(values)


class ImportMapChild(MapChild):
    """Stands for ``base.map.child.import``."""

    _unit_component = "base.map.child.import"


class ExportMapChild(MapChild):
    """Stands for ``base.map.child.export``."""

    _unit_component = "base.map.child.export"


class Mapper(ConnectorUnit):
    """Stands for ``base.mapper``. What maps its lines may be named by its class."""

    _unit_component = "base.mapper"

    #: class of what maps the lines; by usage if it is not given
    _map_child_class = None

    def _get_map_child_component(self, model_name):
        if self._map_child_class:
            # As ever: a model that has none of its own gets the one for all.
            with suppress(NoComponentError):
                return self.unit_for(self._map_child_class, model=model_name)
        return super()._get_map_child_component(model_name)

    @property
    def _changed_by_fields(self) -> set[str]:
        """Names of the source fields, as ``changed_by_fields()`` returns them today."""
        return self.changed_by_fields()

    def _get_map_child_unit(self, model_name):
        """Find what maps the lines of a model."""
        return self._get_map_child_component(model_name)


class ImportMapper(Mapper):
    """Stands for ``base.import.mapper``."""

    _unit_component = "base.import.mapper"


class ExportMapper(Mapper):
    """Stands for ``base.export.mapper``."""

    _unit_component = "base.export.mapper"

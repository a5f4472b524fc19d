# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of older connectors for what is in ``connector.components.mapper``."""

from ..components.mapper import (
    ExportMapChild,
    ExportMapper,
    ImportMapChild,
    ImportMapper,
    MapChild,
    Mapper,
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

__all__ = [
    "ExportMapChild",
    "ExportMapper",
    "ImportMapChild",
    "ImportMapper",
    "MapChild",
    "MapRecord",
    "Mapper",
    "backend_to_m2o",
    "changed_by",
    "convert",
    "follow_m2o_relations",
    "m2o_to_backend",
    "mapping",
    "none",
    "only_create",
]

m2o_to_backend = m2o_to_external
backend_to_m2o = external_to_m2o

warn_once(__name__, "odoo.addons.connector.components.mapper")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of older connectors for what is in ``connector.components.synchronizer``."""

from ..components.synchronizer import Deleter, Exporter, Importer, Synchronizer
from ..legacy import warn_once

__all__ = [
    "DeleteSynchronizer",
    "Deleter",
    "ExportSynchronizer",
    "Exporter",
    "ImportSynchronizer",
    "Importer",
    "Synchronizer",
]

ExportSynchronizer = Exporter
ImportSynchronizer = Importer
DeleteSynchronizer = Deleter

warn_once(__name__, "odoo.addons.connector.components.synchronizer")

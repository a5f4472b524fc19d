# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events of older connectors: today listeners are components, see ``component_event``."""

from .legacy import warn_once
from .record_events import Event, on_record_create, on_record_unlink, on_record_write

__all__ = ["Event", "on_record_create", "on_record_unlink", "on_record_write"]

warn_once(__name__, "a component that inherits from base.connector.listener")

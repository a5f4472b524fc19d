# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The listener that calls the functions which have subscribed to events of the older style."""

from odoo.addons.component.core import Component

from ..record_events import BRIDGE, RECORD_EVENTS


class EventBridge(Component):
    """Hands the events of records over, with the arguments that those functions expect.

    It listens to the models that somebody has named, and so to none where nobody has subscribed.
    """

    _name = BRIDGE
    _inherit = "base.event.listener"

    @classmethod
    def _complete_component_build(cls):
        super()._complete_component_build()
        wanted = {name: event.model_names() for name, event in RECORD_EVENTS.items()}
        cls._events = frozenset(name for name, models in wanted.items() if models)
        models = set().union(*wanted.values())
        cls._apply_on = None if None in models else sorted(models)

    def on_record_create(self, record, fields=None):
        """Tell of a new record."""
        self._fire("on_record_create", record, self._values(record, fields))

    def on_record_write(self, record, fields=None):
        """Tell of a record that has changed."""
        self._fire("on_record_write", record, self._values(record, fields))

    def on_record_unlink(self, record):
        """Tell of a record that goes."""
        self._fire("on_record_unlink", record)

    def _fire(self, name: str, record, *args) -> None:
        """Call the functions."""
        from ..session import ConnectorSession

        session = ConnectorSession.from_env(record.env)
        RECORD_EVENTS[name].fire(session, record._name, record.id, *args)

    def _values(self, record, names) -> dict:
        """Read what was written, in the form in which it is written."""
        known = [name for name in names or () if name in record._fields]
        return record._convert_to_write({name: record[name] for name in known})

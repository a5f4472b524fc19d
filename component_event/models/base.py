# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events on every model."""

from odoo import api, models

from ..components.event import CollectedEvents
from ..core import EventWorkContext
from ..listeners import event_registry, has_listener


class Base(models.AbstractModel):
    """Fires ``on_record_create``, ``on_record_write`` and ``on_record_unlink``.

    They are fired here, at the bottom of the inheritance, hence before the code that
    follows ``super()`` in the models' own overrides.
    """

    _inherit = "base"

    def _event(self, name: str, collection=None, components_registry=None) -> CollectedEvents:
        """Collect the handlers of an event on the current model::

            self._event("on_invoice_paid").notify(invoice)

        Without a collection, the listeners of all collections are called.

        :param name: name of the event, which starts with ``on_``
        :param collection: record of a collection, to call only the listeners of its
            model and those of any collection
        :param components_registry: components to use instead of those of the database
        :returns: no handler at all when the components aren't ready, as while modules
            are being loaded
        :raises ValueError: the name doesn't start with ``on_``
        """
        registry = event_registry(self.env, components_registry)
        if registry is None:
            return CollectedEvents(())
        work = EventWorkContext(
            model_name=self._name,
            collection=collection,
            env=self.env if collection is None else None,
            components_registry=registry,
        )
        return work._component_class_by_name("base.event.collecter")(work).collect_events(name)

    @api.model_create_multi
    def create(self, vals_list):
        if not has_listener(self.env, "on_record_create", self._name):
            return super().create(vals_list)
        # now, as overrides below may take values away
        names = [list(vals) for vals in vals_list]
        records = super().create(vals_list)
        handlers = self._event("on_record_create")
        for record, fields in zip(records, names, strict=False):
            handlers.notify(record, fields=fields)
        return records

    def write(self, vals):
        if not has_listener(self.env, "on_record_write", self._name):
            return super().write(vals)
        names = list(vals)
        result = super().write(vals)
        handlers = self._event("on_record_write")
        for record in self:
            handlers.notify(record, fields=list(names))
        return result

    def unlink(self):
        if has_listener(self.env, "on_record_unlink", self._name):
            handlers = self._event("on_record_unlink")
            for record in self:
                handlers.notify(record)
        return super().unlink()

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events of the older style: functions that subscribe to what happens to records.

Today a listener is a component (see ``component_event``). Here one listener stands for all that
have subscribed; it is only there for the models that they name.
"""

from collections.abc import Callable, Iterable
from functools import partial

from odoo.tools import OrderedSet

from odoo.addons.component.core import _component_databases

#: component that forwards the events of records
BRIDGE = "connector.event.bridge"


class Event:
    """Something that may happen, and the functions that are called when it does.

    ::

        @on_record_create(model_names="magento.res.partner")
        def export(session, model_name, record_id, vals):
            ...
    """

    def __init__(self):
        #: model name, or None for any model -> functions
        self._consumers = {None: OrderedSet()}

    def subscribe(
        self, consumer: Callable, model_names: str | Iterable[str] | None = None, replacing=None
    ) -> None:
        """Have a function called.

        :param consumer: function of the session, the model's name, and what the event brings
        :param model_names: model or models that it is for; ``None`` for any
        :param replacing: function for the same models that is not called any more
        """
        if replacing is not None:
            self.unsubscribe(replacing, model_names=model_names)
        for name in self._names(model_names):
            self._consumers.setdefault(name, OrderedSet()).add(consumer)
        refresh_bridges()

    def unsubscribe(
        self, consumer: Callable, model_names: str | Iterable[str] | None = None
    ) -> None:
        """Have a function not called any more; nothing happens if it was not.

        :param consumer: function
        :param model_names: models for which it subscribed
        """
        for name in self._names(model_names):
            if name in self._consumers:
                self._consumers[name].discard(consumer)
        refresh_bridges()

    def has_consumer_for(self, session, model_name: str) -> bool:
        """Tell whether anybody in the session's database wants to know.

        :param session: session, or anything with an ``env``
        :param model_name: name of the model
        """
        return any(True for _consumer in self._consumers_for(session, model_name))

    def fire(self, session, model_name: str, *args, **kwargs) -> None:
        """Call the functions: those for any model first.

        :param session: session, or anything with an ``env``
        :param model_name: name of the model
        """
        assert isinstance(model_name, str), f"{model_name!r} should be the name of a model"
        for consumer in list(self._consumers_for(session, model_name)):
            consumer(session, model_name, *args, **kwargs)

    def __call__(self, func: Callable | None = None, model_names=None, replacing=None) -> Callable:
        """Subscribe a function, as decorator with or without arguments; see :meth:`subscribe`."""
        if func is None:
            return partial(self.__call__, model_names=model_names, replacing=replacing)
        self.subscribe(func, model_names=model_names, replacing=replacing)
        return func

    def model_names(self) -> set[str | None]:
        """Name the models that anybody is interested in, ``None`` among them for all."""
        return {name for name, consumers in self._consumers.items() if consumers}

    def _consumers_for(self, session, model_name: str):
        for name in (None, model_name):
            for consumer in self._consumers.get(name, ()):
                if _is_installed(session.env, consumer):
                    yield consumer

    @staticmethod
    def _names(model_names) -> Iterable[str | None]:
        if model_names is None or isinstance(model_names, str):
            return (model_names,)
        return model_names


on_record_create = Event()
on_record_write = Event()
on_record_unlink = Event()

#: events of records, by the name of the method of a listener
RECORD_EVENTS = {
    "on_record_create": on_record_create,
    "on_record_write": on_record_write,
    "on_record_unlink": on_record_unlink,
}


def _is_installed(env, consumer: Callable) -> bool:
    """Tell whether a function belongs to the database: its addon may not be installed there."""
    parts = consumer.__module__.split(".")
    if parts[:2] not in (["odoo", "addons"], ["openerp", "addons"]):
        return True
    return parts[2] in env.registry._init_modules


def refresh_bridges() -> None:
    """Let the listeners of all databases know who has subscribed.

    Addons subscribe when they are imported, before there is any listener.
    """
    for registry in list(_component_databases.values()):
        bridge = registry.get(BRIDGE)
        if bridge is None:
            continue
        bridge._complete_component_build()
        registry[BRIDGE] = bridge
        registry._cache.clear()
        registry["base.event.collecter"]._cache.clear()

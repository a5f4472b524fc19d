# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Listeners, and what finds the listeners of an event."""

import functools
from collections.abc import Callable, Iterable

from odoo.tools import OrderedSet

from odoo.addons.component.cache import LRUCache
from odoo.addons.component.core import AbstractComponent, Component

from ..delivery import PostCommitHandler
from ..listeners import LISTENER_USAGE

DEFAULT_EVENT_CACHE_SIZE = 512  # events whose listeners are remembered, per database


def skip_if(cond: Callable[..., bool]) -> Callable:
    """Don't call the handler of an event when a condition holds::

        @skip_if(lambda self, record, fields=None: self.no_connector_export(record))
        def on_record_write(self, record, fields=None):
            ...

    :param cond: called with the very arguments of the handler, ``self`` included
    """

    def decorate(handler):
        @functools.wraps(handler)
        def maybe(*args, **kwargs):
            if cond(*args, **kwargs):
                return None
            return handler(*args, **kwargs)

        return maybe

    return decorate


def post_commit(handler: Callable) -> Callable:
    """Call the handler of an event after the transaction is committed::

        @post_commit
        def on_record_create(self, record, fields=None):
            requests.post(...)

    The handler gets an environment and a cursor of its own, with the user and the
    context of the event; the records among the arguments are moved there. What was
    rolled back, be it the transaction or a savepoint, is never delivered. Records may be
    gone by then, those of ``on_record_unlink`` always are: ask ``exists()``. Handlers run
    in the order of their events, each in its own transaction; an error is logged and
    undoes that handler's work only, as nobody is left to be told. If the process dies
    between the commit and the handler the event is lost: what must happen for sure is
    better done by a job, enqueued by an ordinary handler.

    A handler stays post-commit when another component overrides it.

    :param handler: method of a listener, named ``on_...``
    """
    handler._post_commit = True
    return handler


class CollectedEvents:
    """The handlers of one event, ready to be called.

    :param events: bound methods of listeners
    """

    def __init__(self, events: Iterable[Callable]):
        #: set of bound methods, in the order their components were loaded
        self.events = events if isinstance(events, set) else OrderedSet(events)

    def notify(self, *args, **kwargs) -> None:
        """Call every handler with these arguments.

        An exception of a handler goes up to the caller, and the following handlers are
        not called.
        """
        for event in self.events:
            event(*args, **kwargs)


class EventCollecter(Component):
    """Finds the handlers of an event.

    ``_cache`` belongs to the final class, so there is one per database. Its keys are the
    collection's name or None, the model's name and the event's name; what it holds
    doesn't follow listeners built later.
    """

    _name = "base.event.collecter"

    _cache = LRUCache(DEFAULT_EVENT_CACHE_SIZE)

    @classmethod
    def _complete_component_build(cls):
        super()._complete_component_build()
        cls._cache = LRUCache(DEFAULT_EVENT_CACHE_SIZE)

    def _collect_listeners(self, name: str) -> tuple[type, ...]:
        """Return the listener classes of an event, from the cache if possible."""
        collection = self.work._collection
        collection_name = collection._name if collection is not None else None
        key = (collection_name, self.work.model_name, name)
        listeners = self._cache.get(key)
        if listeners is None:
            listeners = self._cache[key] = tuple(
                listener
                for listener in self.work.components_registry.lookup(
                    collection_name, usage=LISTENER_USAGE, model_name=self.work.model_name
                )
                if listener.has_event(name)
            )
        return listeners

    def collect_events(self, name: str) -> CollectedEvents:
        """Return the handlers of an event.

        :param name: name of the event, which starts with ``on_``
        :raises ValueError: the name doesn't start with ``on_``
        """
        if not name.startswith("on_"):
            raise ValueError(f"The name of an event starts with 'on_', unlike {name!r}.")
        handlers = []
        for listener_class in self._collect_listeners(name):
            listener = listener_class(self.work)
            if name in listener_class._post_commit_events:
                handlers.append(PostCommitHandler(listener, name))
            else:
                handlers.append(getattr(listener, name))
        return CollectedEvents(handlers)


class EventListener(AbstractComponent):
    """Base of the listeners.

    Each method whose name starts with ``on_`` handles the event of that name. The events
    can be limited by ``_collection`` and ``_apply_on``, as for any component.
    """

    _name = "base.event.listener"
    _usage = LISTENER_USAGE

    #: names of the events that the listener handles
    _events: frozenset[str] = frozenset()
    #: those of them that are delivered after the commit
    _post_commit_events: frozenset[str] = frozenset()

    @classmethod
    def has_event(cls, name: str) -> bool:
        """Say whether the listener handles an event.

        :param name: name of the event
        """
        return name in cls._events

    @classmethod
    def _complete_component_build(cls):
        super()._complete_component_build()
        cls._events = cls._post_commit_events = frozenset()
        if cls._abstract:
            return
        cls._events = frozenset(name for name in dir(cls) if name.startswith("on_"))
        # An override may not know that its parent waits for the commit, and would
        # otherwise move everything into the transaction.
        cls._post_commit_events = frozenset(
            name
            for name in cls._events
            if any(
                getattr(definition.__dict__.get(name), "_post_commit", False)
                for definition in cls.__mro__
            )
        )

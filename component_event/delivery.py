# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Calls handlers after the commit, on a cursor of their own."""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .commit_queue import CommitQueue
from .core import EventWorkContext
from .freezing import FrozenEnv, freeze, thaw
from .listeners import event_registry

_logger = logging.getLogger(__name__)

TRIES = 5  # attempts at a handler that meets concurrent transactions
FIRST_WAIT = 0.05  # seconds at most before the second attempt, doubled each time
MAX_DEPTH = 20  # handlers that trigger each other, one commit after the other

_current = threading.local()


class PostCommitHandler:
    """Stands in for a listener's method: when called, notes the call for later.

    :param listener: the listener component
    :param name: name of its method
    """

    __slots__ = ("__name__", "__self__")

    def __init__(self, listener, name: str):
        self.__self__ = listener
        self.__name__ = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__name__} of {self.__self__!r}>"

    def __call__(self, *args, **kwargs) -> None:
        work = self.__self__.work
        delivery = Delivery(
            listener=self.__self__._name,
            event=self.__name__,
            env=FrozenEnv.of(work.env),
            model_name=work.model_name,
            collection=freeze(work._collection),
            attributes=freeze(
                {
                    name: getattr(work, name)
                    for name in work._propagate_kwargs
                    if name not in ("env", "collection", "model_name", "components_registry")
                }
            ),
            components_registry=work.components_registry,
            args=freeze(args),
            kwargs=freeze(kwargs),
            depth=getattr(_current, "depth", 0) + 1,
        )
        CommitQueue.of(work.env.cr, deliver_all).add(delivery)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The call of one handler, with nothing that belongs to the cursor of the event."""

    listener: str
    event: str
    env: FrozenEnv
    model_name: str
    collection: Any
    attributes: dict
    components_registry: Any
    args: tuple
    kwargs: dict
    depth: int

    def __str__(self) -> str:
        return f"{self.event}() of listener {self.listener}, on {self.model_name}"

    def handler(self, cr) -> Callable | None:
        """Return the handler bound to a new cursor.

        :param cr: cursor to work on
        :returns: None if the components of the database no longer have it
        """
        env = self.env.thaw(cr)
        # A registry of the database may have been replaced since the event, together
        # with Odoo's one. A registry without owner was given by the caller: keep that.
        given = self.components_registry
        registry = event_registry(env, given if given.owner is None else None)
        listener_class = registry.get(self.listener) if registry is not None else None
        if listener_class is None:
            return None
        work = EventWorkContext(
            model_name=self.model_name,
            collection=thaw(self.collection, cr),
            env=env if self.collection is None else None,
            components_registry=registry,
            **thaw(self.attributes, cr),
        )
        return getattr(listener_class(work), self.event)


def deliver_all(dbname: str, deliveries: Iterable[Delivery]) -> None:
    """Call handlers one after the other, each in its own transaction.

    Never raises: the transaction of the event is already committed. When a handler's
    own commit brings further deliveries, they are called after the current ones, on
    the same cursor, instead of one inside the other.

    :param dbname: name of the database
    :param deliveries: the calls to make, in order
    """
    if getattr(_current, "dbname", None) == dbname:
        _current.waiting.extend(deliveries)
        return
    outer = dict(vars(_current))
    waiting = deque(deliveries)
    vars(_current).update(dbname=dbname, waiting=waiting)
    try:
        with closing(Registry(dbname).cursor()) as cr:
            while waiting:
                _deliver(cr, waiting.popleft())
    except Exception:
        _logger.exception("Post-commit events can't be delivered in database %s", dbname)
    finally:
        vars(_current).clear()
        vars(_current).update(outer)


def _deliver(cr, delivery: Delivery) -> None:
    if delivery.depth > MAX_DEPTH:
        _logger.error(
            "Post-commit handlers trigger each other without end: stopped at %s", delivery
        )
        return
    _current.depth = delivery.depth
    for tries_left in reversed(range(TRIES)):
        if _attempt(cr, delivery, tries_left):
            return
        time.sleep(random.uniform(0.0, FIRST_WAIT * 2 ** (TRIES - tries_left)))


def _attempt(cr, delivery: Delivery, tries_left: int) -> bool:
    """Call a handler; False if it met a concurrent transaction and may try again."""
    try:
        handler = delivery.handler(cr)
        if handler is None:
            _logger.warning("No longer there after the commit: %s", delivery)
            return True
        handler(*thaw(delivery.args, cr), **thaw(delivery.kwargs, cr))
        # each handler is a transaction of its own, after the one of its event
        cr.commit()  # pylint: disable=invalid-commit
    except Exception as error:
        cr.rollback()
        if tries_left and isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            return False
        _logger.exception("Post-commit event failed: %s", delivery)
    finally:
        cr.reset()
    return True

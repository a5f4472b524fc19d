# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How fast components are found: functions for the benchmarks, not tests.

Each one takes an environment of a database with this addon, changes nothing in it, and
returns a number of operations per second.
"""

import time
from collections.abc import Callable
from contextlib import contextmanager

from odoo.addons.component.core import Component, ComponentRegistry, MetaComponent

COMPONENTS = 50
MODEL = "res.partner"
USAGE = "record.importer"


def rate(operation: Callable[[], object], seconds: float = 1.0) -> float:
    """Measure how often an operation can be done.

    The clock is the processor time of the thread, so that what else the machine is busy
    with doesn't count. The operations neither wait nor sleep.

    :param operation: called without arguments
    :param seconds: how long to measure
    :returns: calls per second
    """
    batch, done, begin = 1000, 0, time.thread_time()
    while True:
        for _call in range(batch):
            operation()
        done += batch
        elapsed = time.thread_time() - begin
        if elapsed >= seconds:
            return done / elapsed


@contextmanager
def backend(env, components: int = COMPONENTS):
    """Give a collection with a registry of many components, one of which is looked for.

    :param env: Odoo environment
    :param components: number of other components
    """
    registry = ComponentRegistry()
    registry.load_components("component")

    def build(name, **attrs):
        attrs.update(_name=name, _register=False)
        MetaComponent(name, (Component,), attrs)._build_component(registry)

    for number in range(components):
        build(f"speed.{number}", _usage=f"usage.{number % 10}")
    build("speed.sought", _usage=USAGE, _collection="collection.base", _apply_on=[MODEL])
    registry.ready = True
    yield env(context=dict(env.context, components_registry=registry))["collection.base"].browse(1)


def registry_lookups(env, seconds: float = 1.0) -> float:
    """Cached lookups in the registry, per second."""
    with backend(env) as collection, collection.work_on(MODEL) as work:
        lookup = work.components_registry.lookup
        return rate(lambda: lookup("collection.base", usage=USAGE, model_name=MODEL), seconds)


def component_lookups(env, seconds: float = 1.0) -> float:
    """Components found and instantiated from one work context, per second."""
    with backend(env) as collection, collection.work_on(MODEL) as work:
        return rate(lambda: work.component(usage=USAGE), seconds)


def work_on_and_lookups(env, seconds: float = 1.0) -> float:
    """Components found and instantiated, each from a new work context, per second."""
    with backend(env) as collection:

        def operation():
            with collection.work_on(MODEL) as work:
                work.component(usage=USAGE)

        return rate(operation, seconds)

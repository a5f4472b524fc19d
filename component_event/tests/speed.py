# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What events cost: functions for the benchmarks, not tests.

Each one takes an environment of a database with this addon, changes nothing in it, and
returns a number of operations per second.
"""

from contextlib import contextmanager

from odoo.addons.component.core import Component, ComponentRegistry, MetaComponent
from odoo.addons.component.tests.speed import rate
from odoo.addons.component_event.listeners import has_listener

LISTENERS = 50
SILENT_MODEL = "res.country"
HEARD_MODEL = "res.partner"


@contextmanager
def listening(env):
    """Give an environment with many listeners on one model, and none on the other."""
    registry = ComponentRegistry()
    for addon in ("component", "component_event"):
        registry.load_components(addon)
    for number in range(LISTENERS):
        MetaComponent(
            f"speed.{number}",
            (Component,),
            {
                "_name": f"speed.{number}",
                "_inherit": "base.event.listener",
                "_register": False,
                "_apply_on": [HEARD_MODEL],
                f"on_thing_{number % 10}": lambda self: None,
            },
        )._build_component(registry)
    registry.ready = True
    yield env(context=dict(env.context, components_registry=registry))


def questions(env, seconds: float = 1.0) -> float:
    """Times per second that create, write or unlink can ask whether anybody listens."""
    with listening(env) as env:
        return rate(lambda: has_listener(env, "on_record_write", SILENT_MODEL), seconds)


def notifications(env, seconds: float = 1.0) -> float:
    """Events collected and told to five listeners, per second."""
    with listening(env) as env:
        model = env[HEARD_MODEL]
        return rate(lambda: model._event("on_thing_1").notify(), seconds)

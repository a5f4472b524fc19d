# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which models have listeners: the question asked at every create, write and unlink."""

from odoo.addons.component.core import ComponentRegistry, _component_databases

LISTENER_USAGE = "event.listener"


class ListenerTable:
    """For each event, the models that have a listener.

    Computed once per component registry, so that a model without listeners costs a
    few dictionary look-ups, whatever the number of listeners.

    :param registry: the component registry to read
    """

    __slots__ = ("_any_model", "_models", "generation")

    def __init__(self, registry: ComponentRegistry):
        #: state of the registry this was computed from
        self.generation = registry.generation
        self._any_model: set[str] = set()
        self._models: set[tuple[str, str]] = set()
        # not by lookup(), whose cache would hide what was built since
        for name in registry:
            listener = registry[name]
            if listener._abstract or listener._usage != LISTENER_USAGE:
                continue
            models = listener.apply_on_models
            for event in getattr(listener, "_events", ()):
                if models is None:
                    self._any_model.add(event)
                else:
                    self._models.update((event, model) for model in models)

    def has(self, event: str, model_name: str) -> bool:
        """Say whether any listener, of any collection, waits for that.

        :param event: name of the event
        :param model_name: name of the model it happens on
        """
        return event in self._any_model or (event, model_name) in self._models


def event_registry(env, components_registry=None) -> ComponentRegistry | None:
    """Return the components that receive the events of an environment.

    :param env: Odoo environment; a registry in its context wins
    :param components_registry: registry to use instead of the database's one
    :returns: None when events can't be delivered, as while modules are loaded: what is
        then created is the modules' data, and listeners may lack the models they use
    """
    registry = env.context.get("components_registry")
    if registry is None:
        registry = components_registry
    if registry is None:
        registry = _component_databases.for_env(env)
    if registry is None or not registry.ready or "base.event.collecter" not in registry:
        return None
    return registry


def has_listener(env, event: str, model_name: str) -> bool:
    """Say whether an event on a model interests anybody.

    :param env: Odoo environment
    :param event: name of the event
    :param model_name: name of the model it happens on
    """
    registry = event_registry(env)
    if registry is None:
        return False
    table = getattr(registry, "_listener_table", None)
    if table is None or table.generation != registry.generation:
        # two threads may compute it at once: to the same result
        table = registry._listener_table = ListenerTable(registry)
    return table.has(event, model_name)

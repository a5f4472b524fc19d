# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What components work with: a collection, a model, and the way to other components."""

import inspect
import logging
from functools import partial

from odoo import models

from . import diagnosis
from .exception import NoComponentError, RegistryNotReadyError, SeveralComponentError
from .registry import ComponentRegistry, _component_databases

_logger = logging.getLogger(__name__)


class WorkContext:
    """Work on a model for a collection.

    Usually made by ``collection.work_on(model_name)``. The keywords become attributes,
    which the work contexts derived from this one receive as well.

    :param model_name: name of the model to work on
    :param collection: record of a model that inherits from ``collection.base``
    :param components_registry: components to use instead of those of the database;
        a registry in the context key ``components_registry`` of the collection wins,
        unless the collection is empty
    :param kwargs: attributes to set and to propagate
    :raises RegistryNotReadyError: the components of the database were never built
    """

    def __init__(self, model_name=None, collection=None, components_registry=None, **kwargs):
        self.collection = collection
        self.model_name = model_name
        env = self.env
        self.model = env[model_name]
        self.components_registry = self._choose_registry(env, components_registry, collection)
        self._propagate_kwargs = ["collection", "model_name", "components_registry"]
        for name, value in kwargs.items():
            setattr(self, name, value)
            self._propagate_kwargs.append(name)

    def __str__(self) -> str:
        return f"WorkContext({self.model_name}, {self.collection!r})"

    __repr__ = __str__

    @property
    def env(self):
        """The Odoo environment of the collection."""
        return self.collection.env

    @staticmethod
    def _choose_registry(env, components_registry, collection=None):
        if components_registry is not None and collection is not None and not collection:
            # The context of an empty collection says nothing about what it stands for.
            return components_registry
        in_context = env.context.get("components_registry")
        if isinstance(in_context, ComponentRegistry):
            return in_context
        if components_registry is not None:
            return components_registry
        registry = _component_databases.for_env(env)
        if registry is None:
            dbname = env.cr.dbname
            _logger.error("No component registry for database %s: are its modules loaded?", dbname)
            raise RegistryNotReadyError(
                f"The components of database {dbname} are not built. They are once all of "
                "its modules are loaded; before that, components can't be used."
            )
        return registry

    def work_on(self, model_name: str | None = None, collection=None) -> "WorkContext":
        """Return a new work context with the same attributes.

        :param model_name: model to work on instead of the current one
        :param collection: collection to work for instead of the current one
        """
        kwargs = {name: getattr(self, name) for name in self._propagate_kwargs}
        if collection is not None:
            kwargs["collection"] = collection
        if model_name is not None:
            kwargs["model_name"] = model_name
        return type(self)(**kwargs)

    def component_by_name(self, name: str, model_name=None):
        """Return an instance of the component of that name.

        :param name: name of the component, which may be abstract
        :param model_name: model to work on (name or recordset), by default the current one
        :raises NoComponentError: there is no such component, or it belongs to another
            collection, or it isn't for that model
        """
        model_name = self._ensure_model_name(model_name)
        component_class = self._component_class_by_name(name)
        collection_name = self.collection._name
        if component_class._collection not in (None, collection_name):
            raise NoComponentError(
                f"Component with name '{name}' can't be used for collection '{collection_name}': "
                f"it belongs to collection '{component_class._collection}'."
            )
        allowed = component_class.apply_on_models
        if allowed is not None and model_name not in allowed:
            hint = (
                "Hint: pass the model to work on with the argument 'model_name'."
                if model_name == self.model_name
                else "Hint: is the argument 'model_name' right?"
            )
            raise NoComponentError(
                f"Component with name '{name}' can't be used for model '{model_name}'.\n"
                f"It applies on: {', '.join(allowed)}.\n{hint}"
            )
        return component_class(self._for_model(model_name))

    def component(self, usage: str | None = None, model_name=None, **kw):
        """Return an instance of the one component that fits.

        Among several, one of this very collection beats those of any collection, then
        one for this very model beats those for any model, then the highest
        :meth:`~.component.AbstractComponent._component_rank` wins.

        :param usage: what the component is for
        :param model_name: model to work on (name or recordset), by default the current one
        :param kw: handed over to the components' ``_component_match()``
        :raises NoComponentError: none fits
        :raises SeveralComponentError: several fit equally well
        """
        model_name = self._ensure_model_name(model_name)
        candidates = self._matching_components(usage, model_name, **kw)
        if len(candidates) > 1:
            nearest = self._narrow_components(candidates, model_name)
            if len(nearest) > 1:
                raise SeveralComponentError(
                    f"Several components found for {self._sought(usage, model_name)}. "
                    f"Found: {nearest!r}",
                    explain=partial(diagnosis.explain_tie, tuple(candidates), tuple(nearest)),
                )
            candidates = nearest
        if not candidates:
            raise NoComponentError(
                f"No component found for {self._sought(usage, model_name)}.",
                explain=self._explain_rejections(usage, model_name),
            )
        return candidates[0](self._for_model(model_name))

    def many_components(self, usage: str | None = None, model_name=None, **kw) -> list:
        """Return instances of all components that fit, near or not.

        :param usage: what the components are for
        :param model_name: model to work on (name or recordset), by default the current one
        :param kw: handed over to the components' ``_component_match()``
        """
        model_name = self._ensure_model_name(model_name)
        candidates = self._matching_components(usage, model_name, **kw)
        if not candidates:
            return []
        work = self._for_model(model_name)
        return [component_class(work) for component_class in candidates]

    def _ensure_model_name(self, model_name) -> str:
        if model_name is None:
            return self.model_name
        if isinstance(model_name, models.BaseModel):
            return model_name._name
        return model_name

    def _for_model(self, model_name: str) -> "WorkContext":
        return self if model_name == self.model_name else self.work_on(model_name)

    def _component_class_by_name(self, name: str) -> type:
        component_class = self.components_registry.get(name)
        if component_class is None:
            raise NoComponentError(
                f"No component with name '{name}' found.",
                explain=partial(diagnosis.similar_names, name, self.components_registry),
            )
        return component_class

    def _lookup_components(self, usage=None, model_name=None, **kw) -> list[type]:
        return self.components_registry.lookup(self.collection._name, usage, model_name)

    def _matching_components(self, usage=None, model_name=None, **kw) -> list[type]:
        candidates = self._lookup_components(usage, model_name, **kw)
        try:
            return [
                component_class
                for component_class in candidates
                if component_class._component_match(self, usage=usage, model_name=model_name, **kw)
            ]
        except TypeError:
            return [c for c in candidates if self._call_match(c, usage, model_name, kw)]

    def _call_match(self, component_class: type, usage, model_name, kw: dict) -> bool:
        """Ask a component whether it fits, also one that has the older signature.

        That one takes the work context alone. Any other TypeError is a mistake in the
        method, which must not stay hidden.
        """
        match = component_class._component_match
        if _accepts(match, self, usage=usage, model_name=model_name, **kw):
            return match(self, usage=usage, model_name=model_name, **kw)
        _logger.info(
            "Component %r: _component_match() should accept 'usage', 'model_name' and '**kw'.",
            component_class._name,
        )
        return match(self)

    def _narrow_components(self, candidates: list[type], model_name: str) -> list[type]:
        """Keep the nearest of several components; several when they tie.

        A step that would leave nothing says nothing, and is skipped.
        """
        nearest = self._filter_components_by_collection(candidates) or candidates
        if len(nearest) > 1:
            nearest = self._filter_components_by_model(nearest, model_name) or nearest
        if len(nearest) > 1:
            ranks = [component_class._component_rank(self) for component_class in nearest]
            best = max(ranks)
            nearest = [c for c, rank in zip(nearest, ranks, strict=True) if rank == best]
        if len(nearest) > 1:
            replaced = {name for c in nearest for name in c._replaces if name != c._name}
            nearest = [c for c in nearest if c._name not in replaced] or nearest
        return nearest

    def _filter_components_by_collection(self, candidates: list[type]) -> list[type]:
        return [c for c in candidates if c._collection == self.collection._name]

    def _filter_components_by_model(self, candidates: list[type], model_name: str) -> list[type]:
        return [c for c in candidates if c.apply_on_models and model_name in c.apply_on_models]

    def _sought(self, usage, model_name) -> str:
        return f"collection '{self.collection._name}', usage '{usage}', model_name '{model_name}'"

    def _explain_rejections(self, usage, model_name, base_class=None) -> partial:
        # Plain values only: the message may be read when the cursor is long closed.
        turned_down = {
            c._name: c._component_mismatch(self) for c in self._lookup_components(usage, model_name)
        }
        return partial(
            diagnosis.explain_rejections,
            self.components_registry,
            self.collection._name,
            usage,
            model_name,
            turned_down,
            base_class=base_class,
        )


def _accepts(function, *args, **kwargs) -> bool:
    """Say whether a function can be called with these arguments."""
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return False
    return True

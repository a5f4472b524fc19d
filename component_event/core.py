# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The work context of events, which may do without a collection."""

from odoo.addons.component.core import WorkContext


class EventWorkContext(WorkContext):
    """A work context for listeners.

    An event that happens on a record concerns every collection, so unlike its parent
    class this one may be made with an environment alone.

    :param model_name: name of the model the event happens on
    :param collection: collection the event is for; excludes ``env``
    :param env: Odoo environment, without a collection; excludes ``collection``
    :param components_registry: components to use instead of those of the database
    :param kwargs: attributes to set and to propagate
    :raises ValueError: both or none of ``collection`` and ``env`` are given
    """

    def __init__(
        self, model_name=None, collection=None, env=None, components_registry=None, **kwargs
    ):
        if collection is None and env is None:
            raise ValueError("Either 'collection' or 'env' is required.")
        if collection is not None and env is not None:
            raise ValueError("'collection' has an environment: 'env' can't be given as well.")
        self._env = env
        super().__init__(
            model_name=model_name,
            collection=collection,
            components_registry=components_registry,
            **kwargs,
        )
        if collection is None:
            self._propagate_kwargs.remove("collection")
            self._propagate_kwargs.append("env")

    def __str__(self) -> str:
        return f"EventWorkContext({self.model_name}, {self._collection or self._env!r})"

    __repr__ = __str__

    @property
    def env(self):
        """The environment of the collection, or the one given without a collection."""
        return self._env if self._env is not None else self._collection.env

    @property
    def collection(self):
        """The collection of the event.

        :raises ValueError: the event happened without a collection
        """
        if self._collection is None:
            raise ValueError("This event has no collection; work_on() can give it one.")
        return self._collection

    @collection.setter
    def collection(self, collection):
        self._collection = collection

    def work_on(self, model_name: str | None = None, collection=None) -> WorkContext:
        """Return a plain work context, from which components can be found.

        :param model_name: model to work on instead of the event's one
        :param collection: required if the event has none; of the same environment
        :raises ValueError: there is no collection, or its environment is another one
        """
        if collection is None:
            collection = self.collection
        elif collection.env is not self.env:
            raise ValueError("The collection must be in the environment of the event.")
        kwargs = {
            name: getattr(self, name)
            for name in self._propagate_kwargs
            if name not in ("env", "collection", "model_name")
        }
        return WorkContext(
            model_name=model_name if model_name is not None else self.model_name,
            collection=collection,
            **kwargs,
        )

    def component_by_name(self, name: str, model_name=None):
        """Same as :meth:`WorkContext.component_by_name`.

        :raises TypeError: the event has no collection
        """
        return self._working().component_by_name(name, model_name=model_name)

    def component(self, usage: str | None = None, model_name=None, **kw):
        """Same as :meth:`WorkContext.component`.

        :raises TypeError: the event has no collection
        """
        return self._working().component(usage=usage, model_name=model_name, **kw)

    def many_components(self, usage: str | None = None, model_name=None, **kw) -> list:
        """Same as :meth:`WorkContext.many_components`.

        :raises TypeError: the event has no collection
        """
        return self._working().many_components(usage=usage, model_name=model_name, **kw)

    def _working(self) -> WorkContext:
        if self._collection is None:
            raise TypeError(
                "Components can't be looked up without a collection: "
                "use self.work.work_on(collection=...) first."
            )
        return self.work_on()

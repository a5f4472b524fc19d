# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The components of each database, and how they are looked up."""

import logging
import weakref
from collections.abc import Iterator
from typing import Any

from .cache import LRUCache
from .meta import MetaComponent

_logger = logging.getLogger(__name__)

DEFAULT_CACHE_SIZE = 512  # lookups kept per database


class LookupResult(list):
    """The classes found by a lookup: a list that nobody can change.

    The very same object is given to every caller of the same lookup. Use
    ``list(result)`` to get one of your own.
    """

    __slots__ = ()

    def _refuse(self, *args, **kwargs):
        raise TypeError("The result of a lookup is shared: copy it with list() to change it.")

    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse


class ComponentRegistry:
    """The final component classes of one database.

    It is filled by one thread, and published for the others only once complete;
    after that it is only read.

    :param cachesize: number of different lookups kept in the cache
    """

    def __init__(self, cachesize: int = DEFAULT_CACHE_SIZE):
        self._cache = LRUCache(cachesize)
        self._components: dict[str, type] = {}
        self._loaded_modules: set[str] = set()
        #: counts the registrations, so that others know when to compute anew
        self.generation = 0
        #: True once all components are built
        self.ready = False
        #: weak reference to the Odoo registry this one was built for
        self.owner: weakref.ref | None = None

    def __getitem__(self, name: str) -> type:
        return self._components[name]

    def __setitem__(self, name: str, component_class: type) -> None:
        self._components[name] = component_class
        self.generation += 1

    def __contains__(self, name: str) -> bool:
        return name in self._components

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._components))

    def get(self, name: str, default: Any = None) -> Any:
        """Return the component of that name, or ``default``."""
        return self._components.get(name, default)

    def load_components(self, module: str) -> None:
        """Build the components of an addon, once.

        :param module: name of the addon
        """
        if module in self._loaded_modules:
            return
        for definition in list(MetaComponent._modules_components.get(module, ())):
            definition._build_component(self)
        self._loaded_modules.add(module)

    def lookup(
        self,
        collection_name: str | None = None,
        usage: str | None = None,
        model_name: str | None = None,
    ) -> list[type]:
        """Return the concrete components that fit, in the order they were loaded.

        A criterion left out is not looked at. A component without collection or
        without models of its own fits any of them.

        :param collection_name: name of the collection's model
        :param usage: value of ``_usage``
        :param model_name: name of the model to work on
        :returns: list of classes, which can't be changed and doesn't follow
            components built later
        """
        key = (collection_name, usage, model_name)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = LookupResult(
                self._search(collection_name, usage, model_name)
            )
        return found

    def _search(self, collection_name, usage, model_name) -> Iterator[type]:
        for component in list(self._components.values()):
            if component._abstract:
                continue
            if collection_name is not None and component._collection not in (None, collection_name):
                continue
            if usage is not None and component._usage != usage:
                continue
            models = component.apply_on_models
            if model_name is not None and models is not None and model_name not in models:
                continue
            yield component


class ComponentDatabases(dict):
    """The component registry of each database, by database name.

    While the modules of a database are loaded, two Odoo registries of it exist at
    once: the one that requests in flight go on using, and the one being loaded. Each
    has its own components, because those of the old one may speak of models that the
    new one doesn't have (yet). So besides the latest one, kept here by name,
    every Odoo registry remembers its own.
    """

    def publish(self, odoo_registry, components: ComponentRegistry) -> None:
        """Make a component registry the one of an Odoo registry and of its database.

        :param odoo_registry: :class:`odoo.modules.registry.Registry`
        :param components: the component registry built for it
        """
        dbname = odoo_registry.db_name
        components.owner = weakref.ref(odoo_registry)
        odoo_registry._components_registry = components
        self[dbname] = components
        # databases come and go in a long-lived server: forget them with their registry
        finalizer = weakref.finalize(odoo_registry, self._forget, dbname, weakref.ref(components))
        finalizer.atexit = False

    def _forget(self, dbname: str, components: weakref.ref) -> None:
        if self.get(dbname) is components():
            self.pop(dbname, None)

    def for_env(self, env) -> ComponentRegistry | None:
        """Return the components to be used in an environment.

        :param env: Odoo environment
        :returns: None when the components of the environment's Odoo registry are not
            built, even if those of an older registry of the database still exist
        """
        components = self.get(env.cr.dbname)
        if components is None:
            return None
        owner = components.owner
        if owner is None or owner() is env.registry:
            return components
        return getattr(env.registry, "_components_registry", None)


#: database name -> its component registry
_component_databases = ComponentDatabases()

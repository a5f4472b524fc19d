# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Builds the components of a database when its modules are loaded."""

from collections.abc import Iterable

from odoo import api, models
from odoo.modules.module_graph import ModuleGraph

from .core import DEFAULT_CACHE_SIZE, ComponentRegistry, _component_databases


class ComponentBuilder(models.AbstractModel):
    """Its hook runs at the end of each load of the Odoo registry."""

    _name = "component.builder"
    _description = "Component Builder"

    _components_registry_cache_size = DEFAULT_CACHE_SIZE

    def _register_hook(self):
        super()._register_hook()
        # Built aside and published complete: a request that runs meanwhile goes on
        # with the former components, and never sees half of the new ones.
        components_registry = ComponentRegistry(self._components_registry_cache_size)
        self.build_registry(components_registry)
        components_registry.ready = True
        _component_databases.publish(self.env.registry, components_registry)

    def _init_global_registry(self) -> ComponentRegistry:
        """Replace the components of the current database by an empty registry.

        :returns: the new registry, not ready
        """
        components_registry = ComponentRegistry(self._components_registry_cache_size)
        _component_databases.publish(self.env.registry, components_registry)
        return components_registry

    @api.private
    def build_registry(
        self,
        components_registry: ComponentRegistry,
        states: Iterable[str] | None = None,
        exclude_addons: Iterable[str] | None = None,
    ) -> None:
        """Build the components of the installed addons, dependencies first.

        :param components_registry: registry to fill
        :param states: states of the modules to consider, by default those that
            are installed or to upgrade
        :param exclude_addons: names of addons to leave out
        """
        states = tuple(states or ("installed", "to upgrade"))
        excluded = set(exclude_addons or ())
        self.env.cr.execute("SELECT name FROM ir_module_module WHERE state IN %s", (states,))
        graph = ModuleGraph(self.env.cr)
        graph.extend([name for (name,) in self.env.cr.fetchall()])
        for module in graph:
            if module.name not in excluded:
                self.load_components(module.name, components_registry=components_registry)

    @api.private
    def load_components(
        self, module: str, components_registry: ComponentRegistry | None = None
    ) -> None:
        """Build the components of one addon.

        :param module: name of the addon
        :param components_registry: registry to fill, by default the one of the
            current database
        """
        if components_registry is None:
            components_registry = _component_databases[self.env.cr.dbname]
        components_registry.load_components(module)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Questions about the components of a database."""

from .core import ComponentRegistry, _component_databases


def get_component_registry(dbname: str) -> ComponentRegistry | None:
    """Return the components of a database.

    :param dbname: name of the database
    :returns: None if they were never built in this process
    """
    return _component_databases.get(dbname)


def is_component_registry_ready(dbname: str) -> bool:
    """Say whether the components of a database can be used.

    :param dbname: name of the database
    """
    registry = get_component_registry(dbname)
    return bool(registry is not None and registry.ready)

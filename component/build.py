# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How the final class of a component grows out of the classes that define it.

A *definition* is a class written in an addon. A *final class* lives in the registry of
one database and is never written by hand: its bases are the definitions installed there,
the latest first, and the final classes of the components it inherits from. Definitions
are shared by all databases of the process and are never changed here.
"""

import logging

from odoo.tools import LastOrderedSet, OrderedSet

from .meta import MetaComponent

_logger = logging.getLogger(__name__)


def build_component(definition: type, registry) -> type:
    """Create or extend the final class of a component.

    :param definition: class with ``_name`` and / or ``_inherit``
    :param registry: :class:`ComponentRegistry` to build into
    :returns: the final class, now in the registry
    :raises TypeError: the names or the abstract flags don't fit what is in the registry
    """
    name, parents = _names(definition, registry)
    in_place = name in parents
    if in_place:
        if name not in registry:
            raise TypeError(f"Component {name!r} does not exist in registry.")
        _check_extension(definition, registry[name])
    bases = _bases(definition, registry, name, parents)
    if in_place:
        final = registry[name]
        final.__bases__ = bases
    else:
        if name in registry:
            _logger.warning("Component %r is replaced by %r of the same name.", name, definition)
        final = MetaComponent(
            name,
            bases,
            {
                "__module__": definition.__module__,
                "__doc__": definition.__doc__,
                "_name": name,
                "_abstract": definition._abstract,
                "_register": False,
                "_inherit_children": OrderedSet(),
            },
        )
    for parent in parents:
        if parent != name:
            registry[parent]._inherit_children.add(name)
    final._complete_component_build()
    registry[name] = final
    if in_place:
        _complete_children(final, registry)
    return final


def _names(definition: type, registry) -> tuple[str, list[str]]:
    """Return the component's name and the names it inherits from, ``base`` last."""
    inherit = definition._inherit
    parents = [inherit] if isinstance(inherit, str) else list(inherit or ())
    if definition._name and not parents and definition._name in registry:
        raise TypeError(
            f"Component {definition._name!r} (in {definition!r}) already exists. "
            "Set it as _inherit to extend it, or choose another _name."
        )
    name = definition._name or (parents[0] if len(parents) == 1 else None)
    if not name:
        raise TypeError(f"Component {definition!r} must have a _name")
    if name != "base":
        parents = [parent for parent in parents if parent != "base"] + ["base"]
    return name, parents


def _bases(definition: type, registry, name: str, parents: list[str]) -> tuple[type, ...]:
    bases = LastOrderedSet([definition])
    for parent in parents:
        if parent not in registry:
            raise TypeError(f"Component {name!r} inherits from non-existing component {parent!r}.")
        parent_class = registry[parent]
        if parent == name:
            for base in parent_class.__bases__:
                bases.add(base)
        else:
            if definition._abstract and not parent_class._abstract:
                raise _abstract_on_concrete(definition, parent)
            bases.add(parent_class)
    return tuple(bases)


def _check_extension(definition: type, final: type) -> None:
    """Check that an extension in place keeps the component abstract or concrete."""
    if final._abstract and not definition._abstract:
        raise TypeError(
            f"{definition!r} transforms the abstract component {final._name!r} into a "
            "non-abstract component. Derive the class from AbstractComponent, or give it "
            "a _name of its own."
        )
    if definition._abstract and not final._abstract:
        raise _abstract_on_concrete(definition, final._name)


def _abstract_on_concrete(definition: type, parent: str) -> TypeError:
    return TypeError(
        f"The abstract component {definition!r} cannot inherit from the non-abstract "
        f"Component {parent!r}."
    )


def _complete_children(final: type, registry) -> None:
    """Run the completion hook of all descendants of a component extended in place.

    What the hook computes from the bases (mapping methods, event handlers) would
    otherwise miss what the extension adds to a component that was inherited earlier.
    """
    pending = list(final._inherit_children)
    done = set()
    while pending:
        name = pending.pop(0)
        if name in done or name not in registry:
            continue
        done.add(name)
        child = registry[name]
        child._complete_component_build()
        pending.extend(child._inherit_children)

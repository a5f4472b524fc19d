# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Explains why a lookup found no component, or more than one."""

import difflib
from collections.abc import Iterable, Mapping


def explain_rejections(
    registry,
    collection_name: str,
    usage: str | None,
    model_name: str | None,
    turned_down: Mapping[str, str | None],
    base_class: type | None = None,
) -> str:
    """List every candidate with the reasons why it wasn't taken, the nearest first.

    With a usage, the candidates are the components of that usage; with a base class, those
    that derive from it; else those of the collection or of any.

    :param registry: :class:`ComponentRegistry` that was searched
    :param collection_name: collection looked for
    :param usage: usage looked for, or None
    :param model_name: model looked for, or None
    :param turned_down: by name of a component whose ``_component_match()`` said no, the reason,
        or None if it gave none
    :param base_class: class that was looked for, or None
    :returns: one line per candidate, or a hint when there is none
    """
    rejected = []
    for name in registry:
        component = registry[name]
        if usage is not None and component._usage != usage:
            continue
        if base_class is not None:
            # Who asks for a class knows that some of those between are abstract.
            if component._abstract or not issubclass(component, base_class):
                continue
        elif usage is None and component._collection not in (None, collection_name):
            continue
        reasons = _reasons(component, collection_name, model_name)
        if not reasons and name in turned_down:
            reasons.append(turned_down[name] or "its _component_match() turned it down")
        rejected.append((len(reasons), f"  - {_describe(component)}: {'; '.join(reasons)}"))
    if not rejected and base_class is not None:
        return "No component derives from this class."
    if not rejected:
        return _hint_on_usage(registry, collection_name, usage)
    rejected.sort(key=lambda item: item[0])
    return "\n".join(["Candidates and why they were turned down:", *(line for _, line in rejected)])


def explain_tie(candidates: Iterable[type], tied: Iterable[type]) -> str:
    """List every component that fits, and say which ones can't be told apart.

    :param candidates: all component classes that fit
    :param tied: the nearest of them
    """
    tied = list(tied)
    lines = ["These components fit equally well:"]
    lines += [f"  - {_describe(component)}: {_scope(component)}" for component in tied]
    others = [component for component in candidates if component not in tied]
    if others:
        lines.append("Less specific, so left out:")
        lines += [f"  - {_describe(component)}: {_scope(component)}" for component in others]
    lines.append(
        "Give one of them a narrower _collection or _apply_on, another _usage, or a "
        "_component_match() that tells them apart; or extend the other one in place "
        "with _inherit instead of adding a second component."
    )
    return "\n".join(lines)


def similar_names(name: str, registry) -> str:
    """Propose the component names that look like an unknown one.

    :param name: name that was not found
    :param registry: :class:`ComponentRegistry` that was searched
    :returns: empty when nothing looks alike
    """
    similar = difflib.get_close_matches(name, list(registry), n=5)
    return f"Names that look alike: {', '.join(similar)}." if similar else ""


def _reasons(component: type, collection_name: str, model_name: str | None) -> list[str]:
    reasons = []
    if component._abstract:
        reasons.append("it is abstract")
    if component._collection not in (None, collection_name):
        reasons.append(f"it belongs to collection '{component._collection}'")
    models = component.apply_on_models
    if model_name is not None and models is not None and model_name not in models:
        reasons.append(f"it applies on {_join(models)}")
    return reasons


def _hint_on_usage(registry, collection_name: str, usage: str | None) -> str:
    components = [registry[name] for name in registry]
    usages = {
        component._usage
        for component in components
        if component._usage
        and not component._abstract
        and component._collection in (None, collection_name)
    }
    similar = difflib.get_close_matches(usage or "", sorted(usages), n=3)
    if similar:
        return f"No component has this usage. Usages that look alike: {', '.join(similar)}."
    return f"No component has this usage. Usages of this collection: {_join(sorted(usages))}."


def _describe(component: type) -> str:
    """Name a component and the addon of the definition that created it."""
    module = next(
        (cls.__dict__["_module"] for cls in component.__mro__ if "_module" in cls.__dict__), None
    )
    return f"{component._name} ({module})" if module else component._name


def _scope(component: type) -> str:
    return ", ".join(component._component_limits())


def _join(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values) or "none"

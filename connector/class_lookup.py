# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finds components by a class that they derive from, as connectors of the older style do."""

from functools import partial

from odoo.api import Environment

from odoo.addons.component import diagnosis
from odoo.addons.component.core import WorkContext
from odoo.addons.component.exception import NoComponentError, SeveralComponentError

from .exception import NoConnectorUnitError


class NoUnitError(NoComponentError, NoConnectorUnitError):
    """No component of the class fits: caught by today's code, and by that of older connectors."""


def find_class(work: WorkContext, base_class: type, model_name: str) -> type:
    """Find the component of a class, by the rules that hold for a lookup by usage.

    Among several that are left, those with the usage of the class itself are taken: a connector
    has many importers, but one of usage ``importer``.

    :param work: work context
    :param base_class: class of a component, or of ``connector.unit``
    :param model_name: model to work on
    :return: final class of the component
    :raises NoUnitError: if none fits
    :raises SeveralComponentError: if several fit equally well
    """
    sought = f"class {base_class.__name__!r}, {work._sought(None, model_name)}"
    base_class = _component_class(work, base_class)
    found = [
        candidate
        for candidate in work._matching_components(model_name=model_name)
        if issubclass(candidate, base_class)
    ]
    nearest = work._narrow_components(found, model_name) if len(found) > 1 else found
    if len(nearest) > 1:
        usage = base_class._usage
        nearest = [candidate for candidate in nearest if candidate._usage == usage] or nearest
    if not nearest:
        raise NoUnitError(
            f"No component found for {sought}.",
            explain=work._explain_rejections(None, model_name, base_class=base_class),
        )
    if len(nearest) > 1:
        raise SeveralComponentError(
            f"Several components found for {sought}. Found: {nearest!r}",
            explain=partial(diagnosis.explain_tie, tuple(found), tuple(nearest)),
        )
    return nearest[0]


def _component_class(work: WorkContext, base_class: type) -> type:
    """Return the component that a class of ``connector.unit`` stands for, or the class itself."""
    name = vars(base_class).get("_unit_component")
    return work.components_registry[name] if name else base_class


class _AnyRecord:
    """Stands for the backends of one type and version, where there is no record of one."""

    def __init__(self, backend, env: Environment):
        self.env = env
        self._backend_type = backend.service
        self._backend_version_chain = backend._backend_version_chain
        self._name = next(
            (
                name
                for name, model in env.registry.items()
                if getattr(model, "_backend_type", None) == backend.service and not model._abstract
            ),
            "connector.backend",
        )


def class_of_backend(backend, base_class: type, env: Environment, model_name: str) -> type:
    """Find the class that a backend of a type and version would use.

    :param backend: :class:`~.backend.Backend`
    :param base_class: class of a component, or of ``connector.unit``
    :param env: environment
    :param model_name: model to work on
    """
    work = WorkContext(model_name=model_name, collection=_AnyRecord(backend, env))
    return find_class(work, base_class, model_name)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Backends of the older style: a type and a version of other systems, as a class decorator.

::

    magento = Backend("magento")
    magento17 = Backend(parent=magento, version="1.7")

    @magento
    class PartnerMapper(Component):
        _name = "magento.partner.mapper"
        _inherit = "base.import.mapper"
        _apply_on = "magento.res.partner"

    @magento17(replacing=...)
    class ...

It is another way to write ``_backend_type`` and ``_backend_version_from``, and is looked up in the
same way.
"""

from collections.abc import Callable, Iterable
from functools import partial

from odoo.addons.component.core import MetaComponent

from .class_lookup import class_of_backend
from .unit.unit import MetaUnit, make_component


class BackendRegistry:
    """The backends that were declared; one per process, as addons are imported once."""

    def __init__(self):
        self.backends = set()

    def register_backend(self, backend: "Backend") -> None:
        """Add a backend."""
        self.backends.add(backend)

    def get_backend(self, service: str, version: str | None = None) -> "Backend":
        """Find a backend.

        :param service: its type
        :param version: its version; ``None`` for the one without a version
        :raises ValueError: if there is none
        """
        for backend in self.backends:
            if backend.match(service, version):
                return backend
        known = ", ".join(sorted(map(str, self.backends))) or "none"
        raise ValueError(
            f"No backend is declared for type {service!r} and version {version!r}; "
            f"declared are: {known}"
        )


BACKENDS = BackendRegistry()


def get_backend(service: str, version: str | None = None) -> "Backend":
    """Find a backend in the registry of the process, see :meth:`BackendRegistry.get_backend`."""
    return BACKENDS.get_backend(service, version)


class Backend:
    """A type of other systems, or a version of it.

    What is registered for a backend is also for those that have it as their parent.

    :param service: the type, ``_backend_type`` of the backends' model; by default the parent's
    :param version: value of the field ``version`` of the backends; it is not inherited
    :param parent: backend that this one descends from
    :param registry: where it is found; by default the registry of the process
    :raises ValueError: if there is neither a service nor a parent
    """

    def __init__(
        self,
        service: str | None = None,
        version: str | None = None,
        parent: "Backend | None" = None,
        registry: BackendRegistry | None = None,
    ):
        if service is None and parent is None:
            raise ValueError("A backend needs a service or a parent.")
        self._service = service
        self.version = version
        self.parent = parent
        self._classes = []
        (BACKENDS if registry is None else registry).register_backend(self)

    @property
    def service(self) -> str:
        """The type; the parent's if it has none of its own."""
        return self.parent.service if self._service is None else self._service

    def __str__(self) -> str:
        arguments = [self.service] if self.version is None else [self.service, self.version]
        return f"Backend({', '.join(map(repr, arguments))})"

    def __repr__(self) -> str:
        return f"<Backend {str(self)[len('Backend(') : -1]}>"

    def match(self, service: str, version: str | None) -> bool:
        """Tell whether it is the backend of a type and a version."""
        return self.service == service and self.version == version

    # What a scope asks of a collection, see `backend_scope`.

    @property
    def _backend_type(self) -> str:
        return self.service

    def _backend_version_chain(self) -> list[str]:
        """List the version and those it descends from, nearest first."""
        chain, backend = [], self
        while backend is not None:
            if backend.version is not None:
                chain.append(backend.version)
            backend = backend.parent
        return chain

    # Classes

    def __call__(self, cls: type | None = None, replacing=None) -> type | Callable:
        """Register a class; as decorator, with or without arguments.

        :param cls: component class
        :param replacing: see :meth:`register_class`
        :return: the class; a decorator if none is given
        """
        if cls is None:
            return partial(self.__call__, replacing=replacing)
        self.register_class(cls, replacing=replacing)
        return cls

    def register_class(self, cls: type, replacing: type | Iterable[type] | None = None) -> None:
        """Make a class be for this backend, and for those that descend from it.

        :param cls: class of a component, or a subclass of the classes of ``connector.unit``
        :param replacing: class or classes of this very backend, instead of which it is used
            wherever both fit
        :raises TypeError: if it is no class of a component
        :raises ValueError: if a class to replace is not registered here, or is the class itself;
            or if the class is already for another type of backends
        """
        if not isinstance(cls, MetaComponent):
            raise TypeError(
                f"{self} can't register {cls!r}: it is no component. Inherit from Component, or "
                "from a class of odoo.addons.connector.unit."
            )
        replaced = self._check_replaced(cls, replacing)
        declared = vars(cls)
        if declared.get("_backend_type") not in (None, self.service):
            raise ValueError(
                f"{cls!r} is for backends of type {cls._backend_type!r}, "
                f"it can't be for {self.service!r} as well."
            )
        if isinstance(cls, MetaUnit):
            make_component(cls)
        cls._backends = (*declared.get("_backends", ()), self)
        versions = tuple(dict.fromkeys(backend.version for backend in cls._backends))
        cls._backend_type = self.service
        # An empty tuple says that versions don't matter, whatever a parent class says.
        cls._backend_version_from = () if versions == (None,) else versions
        if replaced:
            names = tuple(component_name(other) for other in replaced)
            cls._replaces = (*declared.get("_replaces", ()), *names)
        self._classes.append(cls)

    def _check_replaced(self, cls: type, replacing) -> tuple[type, ...]:
        """Return the classes to replace.

        :raises ValueError: if one of them can't be replaced
        """
        if replacing is None:
            return ()
        replaced = (replacing,) if isinstance(replacing, type) else tuple(replacing)
        for other in replaced:
            if other is cls:
                raise ValueError(f"{cls!r} can't replace itself.")
            if other not in self._classes:
                raise ValueError(
                    f"{cls!r} can't replace {other!r}, which is not registered in {self}."
                )
        return replaced

    def get_class(self, base_class: type, session, model_name: str) -> type:
        """Find the class that a backend of this type and version would use.

        :param base_class: a class that it derives from
        :param session: session, or anything with an ``env``
        :param model_name: model to work on
        :raises NoConnectorUnitError: if none fits
        :raises SeveralComponentError: if several fit equally well
        """
        return class_of_backend(self, base_class, session.env, model_name)


def component_name(cls: type) -> str:
    """Name the component that a class defines, or extends in place.

    :param cls: class of a component
    """
    if cls._name:
        return cls._name
    return cls._inherit if isinstance(cls._inherit, str) else cls._inherit[0]

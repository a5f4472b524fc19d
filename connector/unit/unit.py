# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Base of the classes that connectors of the first generation inherit from, in Python.

They had no names, usages and registries of components: a class was registered by decorating it with
a backend (see ``connector.backend``). Here the decorator makes a component of it, which inherits in
Python from what it always did, and as a component from what that stands for today.
"""

from odoo.addons.component.core import AbstractComponent, MetaComponent, _get_addon_name

from ..legacy import warn_once


class MetaUnit(MetaComponent):
    """Notes no class by itself: those that no backend registers are only inherited from."""

    def __init__(cls, name, bases, attrs):  # noqa: N805 - a metaclass
        type.__init__(cls, name, bases, attrs)

    @property
    def for_model_names(cls) -> list[str]:  # noqa: N805
        """Names of the models that the class is for.

        :raises NotImplementedError: if it says none
        """
        names = cls._model_name
        if not names:
            raise NotImplementedError(
                f"{cls!r} must have a _model_name: a name, or a list of names"
            )
        return [names] if isinstance(names, str) else list(names)


def make_component(cls: MetaUnit) -> None:
    """Make a component of a class, once.

    :param cls: subclass of :class:`ConnectorUnit`
    :raises NotImplementedError: if it has no ``_model_name``
    """
    if "_name" in vars(cls):
        return
    cls._apply_on = cls.for_model_names
    cls._name = f"{cls.__module__}.{cls.__qualname__}".removeprefix("odoo.addons.")
    cls._inherit = [cls._unit_component]
    cls._abstract = False
    cls._module = _get_addon_name(cls.__module__)
    if "tests" not in cls.__module__.split("."):
        MetaComponent._modules_components[cls._module].append(cls)


class ConnectorUnit(AbstractComponent, metaclass=MetaUnit):
    """What the older classes have in common: today's work context under its older names.

    :param connector_env: work context
    """

    _register = False
    #: component that the class stands for
    _unit_component = "base.connector"

    #: name or names of the models that the class is for
    _model_name = None

    def __init__(self, connector_env):
        super().__init__(connector_env)

    @classmethod
    def match(cls, session, model) -> bool:
        """Tell whether the class is for a model.

        :param session: not needed any more
        :param model: name of a model, or recordset
        """
        return getattr(model, "_name", model) in cls.for_model_names

    @property
    def connector_env(self):
        """The work context."""
        return self.work

    environment = connector_env

    @property
    def backend(self):
        """The :class:`~odoo.addons.connector.backend.Backend` of the backend record."""
        return self.backend_record.get_backend()

    @property
    def session(self):
        """The environment, wrapped."""
        from ..session import ConnectorSession

        return ConnectorSession.from_env(self.env)

    @property
    def localcontext(self) -> dict:
        """The context."""
        return self.env.context

    def get_connector_unit_for_model(self, connector_unit_class, model=None):
        """Do what ``unit_for`` does."""
        warn_once("get_connector_unit_for_model()", "unit_for()")
        return self.unit_for(connector_unit_class, model=model)

    def get_binder_for_model(self, model=None):
        """Do what ``binder_for`` does."""
        warn_once("get_binder_for_model()", "binder_for()")
        return self.binder_for(model=model)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of older connectors that are elsewhere today."""

from odoo.api import Environment as OdooEnvironment

from odoo.addons.component.core import WorkContext

from .class_lookup import find_class
from .database import pg_try_advisory_lock
from .legacy import warn_once
from .unit.binder import Binder
from .unit.unit import ConnectorUnit, MetaUnit

__all__ = [
    "Binder",
    "ConnectorEnvironment",
    "ConnectorUnit",
    "Environment",
    "MetaConnectorUnit",
    "get_odoo_module",
    "get_openerp_module",
    "install_in_connector",
    "is_module_installed",
    "pg_try_advisory_lock",
]

MetaConnectorUnit = MetaUnit

warn_once(__name__, "odoo.addons.connector.components and odoo.addons.connector.database")


class ConnectorEnvironment(WorkContext):
    """A work context, made as older connectors made it.

    Attributes that are named in ``_propagate_kwargs`` of the class go along to other models.

    :param backend_record: record of a backend
    :param session: session, or anything with an ``env``; the backend's by default
    :param model_name: name of the model to work on
    """

    _propagate_kwargs = []

    def __init__(self, backend_record, session=None, model_name=None, components_registry=None):
        # The list of the class: each work context has one of its own, under the same name.
        self._propagated = list(type(self)._propagate_kwargs)
        if session is not None and session.env is not backend_record.env:
            backend_record = backend_record.with_env(session.env)
        super().__init__(
            model_name=model_name,
            collection=backend_record,
            components_registry=components_registry,
        )

    @classmethod
    def create_environment(cls, backend_record, session, model, connector_env=None):
        """Make a work context for another model, with what is to be propagated.

        :param model: name of the model
        :param connector_env: work context that it comes from
        """
        registry = connector_env.components_registry if connector_env is not None else None
        created = cls(backend_record, session, model, components_registry=registry)
        for name in created._propagated if connector_env is not None else ():
            setattr(created, name, getattr(connector_env, name))
        return created

    def work_on(self, model_name=None, collection=None):
        """Make a work context for another model."""
        return self.create_environment(
            self.collection if collection is None else collection,
            None,
            self.model_name if model_name is None else model_name,
            connector_env=self,
        )

    @property
    def backend_record(self):
        """The backend record."""
        return self.collection

    @property
    def backend(self):
        """The :class:`~odoo.addons.connector.backend.Backend` of the backend record."""
        return self.collection.get_backend()

    @property
    def session(self):
        """The environment, wrapped."""
        from .session import ConnectorSession

        return ConnectorSession.from_env(self.env)

    @property
    def pool(self):
        """The registry of models."""
        return self.env.registry

    def get_connector_unit(self, base_class: type):
        """Find a component by a class that it derives from, see ``unit_for``."""
        return find_class(self, base_class, self.model_name)(self)


Environment = ConnectorEnvironment


def is_module_installed(env: OdooEnvironment, module_name: str) -> bool:
    """Tell whether a module is loaded in the database.

    :param env: environment
    :param module_name: technical name
    """
    return module_name in env.registry._init_modules


def get_odoo_module(cls_or_func) -> str:
    """Name the addon in which a class or a function is defined.

    :param cls_or_func: class or function
    """
    parts = cls_or_func.__module__.split(".")
    if parts[:2] in (["odoo", "addons"], ["openerp", "addons"]):
        return parts[2]
    return parts[0]


get_openerp_module = get_odoo_module


def install_in_connector() -> None:
    """Do nothing: the addons of connectors need not register any more."""
    warn_once("install_in_connector()", "nothing: it can be left out")

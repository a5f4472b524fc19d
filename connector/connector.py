# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Names of older connectors that are elsewhere today."""

from odoo.api import Environment

from .components.binder import Binder
from .components.core import BaseConnectorComponent
from .database import pg_try_advisory_lock
from .legacy import warn_once

__all__ = [
    "Binder",
    "ConnectorUnit",
    "get_odoo_module",
    "install_in_connector",
    "is_module_installed",
    "pg_try_advisory_lock",
]

ConnectorUnit = BaseConnectorComponent

warn_once(__name__, "odoo.addons.connector.components and odoo.addons.connector.database")


def is_module_installed(env: Environment, module_name: str) -> bool:
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

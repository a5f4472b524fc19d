# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Sessions of older connectors: today an environment is all that is needed."""

from collections.abc import Iterator
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry

from .legacy import warn_once
from .transaction import commit

warn_once(__name__, "an environment (self.env)")


class ConnectorSession:
    """An environment, under the name that older code expects.

    :param cr: cursor
    :param uid: id of the user
    :param context: context
    """

    def __init__(self, cr, uid: int, context: dict | None = None):
        self.env = api.Environment(cr, uid, dict(context or {}))

    @classmethod
    def from_env(cls, env: api.Environment) -> "ConnectorSession":
        """Wrap an environment.

        :param env: environment, used as it is
        """
        session = cls.__new__(cls)
        session.env = env
        return session

    @property
    def cr(self):
        """The cursor."""
        return self.env.cr

    @property
    def uid(self) -> int:
        """The id of the user."""
        return self.env.uid

    @property
    def context(self) -> dict:
        """The context."""
        return self.env.context

    @property
    def pool(self) -> Registry:
        """The registry of models."""
        return self.env.registry

    @contextmanager
    def change_user(self, uid: int) -> Iterator[None]:
        """Work as another user for a while.

        :param uid: id of the user
        """
        with self._environment(self.env(user=uid)):
            yield

    @contextmanager
    def change_context(self, context: dict | None = None, **overrides) -> Iterator[None]:
        """Work in another context for a while.

        :param context: replaces the context
        :param overrides: added to the context
        """
        base = self.env.context if context is None else context
        with self._environment(self.env(context={**base, **overrides})):
            yield

    @contextmanager
    def _environment(self, env: api.Environment) -> Iterator[None]:
        """Put an environment in place, and put the former one back, whatever happens."""
        former, self.env = self.env, env
        try:
            yield
        finally:
            self.env = former

    def commit(self) -> None:
        """Commit, but not in tests."""
        commit(self.env)

    def rollback(self) -> None:
        """Roll back."""
        self.env.cr.rollback()

    def close(self) -> None:
        """Close the cursor."""
        self.env.cr.close()

    def is_module_installed(self, module_name: str) -> bool:
        """Tell whether a module is loaded in the database."""
        return module_name in self.env.registry._init_modules


class ConnectorSessionHandler:
    """Opens sessions on cursors of their own.

    :param db_name: name of the database
    :param uid: id of the user
    :param context: context
    """

    def __init__(self, db_name: str, uid: int, context: dict | None = None):
        self.db_name = db_name
        self.uid = uid
        self.context = context

    @contextmanager
    def session(self) -> Iterator[ConnectorSession]:
        """Open a session: commit in the end, or roll back on an error."""
        with Registry(self.db_name).cursor() as cr:
            yield ConnectorSession(cr, self.uid, context=self.context)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The base of all components of connectors."""

from odoo.models import BaseModel

from odoo.addons.component.core import AbstractComponent

from ..backend_scope import UNLIMITED, BackendScope, describe_backend
from ..class_lookup import find_class
from ..database import pg_try_advisory_lock
from ..exception import RetryableJobError
from ..transaction import owns_transaction


class BaseConnectorComponent(AbstractComponent):
    """Works for one backend record.

    A connector derives its own base from it, with its backend model as ``_collection``, and mixes
    that one in all its components.

    A component may be limited to a type of backends and to versions of it:

    * ``_backend_type``: value of ``_backend_type`` of the backend's model
    * ``_backend_version``: a version or several, exactly these
    * ``_backend_version_from``: this version and those that come after it

    Among components that fit equally well otherwise, the one declared for the nearest version is
    used: the exact version, then the closest version it descends from, then the type alone, then
    no limit.
    """

    _name = "base.connector"

    _backend_type = None
    _backend_version = None
    _backend_version_from = None
    _backend_scope = None

    @classmethod
    def _complete_component_build(cls):
        super()._complete_component_build()
        cls._backend_scope = BackendScope.of(cls)

    @classmethod
    def _component_match(cls, work, usage=None, model_name=None, **kw) -> bool:
        scope = cls._backend_scope
        if scope is not None and scope.distance(work.collection) is None:
            return False
        return super()._component_match(work, usage=usage, model_name=model_name, **kw)

    @classmethod
    def _component_rank(cls, work):
        scope = cls._backend_scope
        distance = scope.distance(work.collection) if scope else UNLIMITED
        return -distance

    @classmethod
    def _component_mismatch(cls, work) -> str | None:
        scope = cls._backend_scope
        if scope is not None and scope.distance(work.collection) is None:
            return f"it is for {scope}, and the backend has {describe_backend(work.collection)}"
        return super()._component_mismatch(work)

    @classmethod
    def _component_limits(cls) -> list[str]:
        limits = super()._component_limits()
        return [*limits, str(cls._backend_scope)] if cls._backend_scope else limits

    @property
    def backend_record(self):
        """The backend for which the component works."""
        return self.collection

    def binder_for(self, model=None):
        """Find the binder of a model.

        :param model: name of a model or recordset; by default the model of this component
        :return: component with usage ``binder``
        """
        return self.component(usage="binder", model_name=model)

    def unit_for(self, what: str | type, model=None):
        """Find a component by its usage, or by a class that it derives from.

        By class it is the older way: ``self.unit_for(ExportMapper)``. The same rules choose among
        several as in :meth:`component`.

        :param what: usage, or class
        :param model: name of a model or recordset; by default the model of this component
        :return: component
        :raises NoComponentError: if none fits
        :raises SeveralComponentError: if several fit equally well
        """
        if isinstance(what, str):
            return self.component(usage=what, model_name=model)
        model_name = self.work._ensure_model_name(model)
        found = find_class(self.work, what, model_name)
        return found(self.work._for_model(model_name))

    def advisory_lock_or_retry(self, lock: object, retry_seconds: int = 1) -> None:
        """Take a lock until the end of the transaction, or put the job off.

        What another transaction wrote before it released the lock is only seen by a transaction
        that begins afterwards: take the lock with the first statement of a transaction, or let a
        unique constraint back it.

        :param lock: anything whose ``str()`` names the lock
        :param retry_seconds: seconds until the job is tried again
        :raises RetryableJobError: if another transaction has the lock; not counted as a retry
        """
        if not pg_try_advisory_lock(self.env, lock):
            raise RetryableJobError(
                f"Another job has the lock {lock!s}", seconds=retry_seconds, ignore_retry=True
            )

    def find_or_create(self, model_name: str, domain: list, values: dict) -> BaseModel:
        """Find a record that no binding stands for, or create it: one, whatever runs at once.

        :param model_name: its model
        :param domain: what it is known by
        :param values: of a new one, which must answer to the domain
        :return: record
        :raises RetryableJobError: if another job creates it, or did since our transaction began
        """
        model = self.env[model_name]
        found = model.search(domain, limit=1)
        if found:
            return found
        lock = f"create({model_name}, {domain})"
        self.advisory_lock_or_retry(lock)
        if owns_transaction(self.env):
            # Another job may have created it, and released the lock, after our transaction began:
            # only a new one sees that.
            with self.env.registry.cursor() as cr:
                if model.with_env(self.env(cr=cr)).search_count(domain, limit=1):
                    raise RetryableJobError(
                        f"Another job has just created what we need: {model_name} {domain}",
                        seconds=1,
                        ignore_retry=True,
                    )
        return model.create(values)

    def _record_lock_name(self, external_id) -> str:
        """Name the lock of what is about to change on our side for a record of the other system.

        :param external_id: its id in the other system
        """
        backend = self.backend_record
        return f"import({backend._name}, {backend.id}, {self.model._name}, {external_id})"

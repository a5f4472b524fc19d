# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Backends: the other systems that Odoo speaks with."""

from datetime import timedelta

from odoo import api, fields, models

from ..backend import BACKENDS, Backend, get_backend
from .checkpoint import add_checkpoint


class ConnectorBackend(models.AbstractModel):
    """Inherit from it for the model whose records are the systems of one kind.

    To have components that differ by version, set ``_backend_type`` and add a selection field
    ``version``. Its values go from the oldest to the newest: each version descends from the one
    before it, unless ``_backend_version_parents`` or a ``Backend`` of the older style (see
    ``connector.backend``) says otherwise.
    """

    _name = "connector.backend"
    _inherit = ["collection.base"]
    _description = "Connector Backend"

    #: type of the backends, as components name it
    _backend_type = None
    #: version -> the version it descends from, or None; replaces the order of the selection
    _backend_version_parents = None

    #: seconds that two imports by date have in common: the other system's clock may be late, and
    #: what it is just committing has an earlier date than what it shows
    _import_overlap = 300

    @api.private
    def import_since(self, binding_model: str, date_field: str, filters: dict | None = None):
        """Enqueue the import of what changed since the date in a field, and move that date on.

        Each import begins a little before the last one did, and not when that ended: so nothing is
        missed, and what is seen twice is skipped as up to date.

        :param binding_model: what to import
        :param date_field: datetime field of this backend with the date to begin at; empty for all
        :param filters: more filters; the date is added to them as ``from_date``, a naive UTC
            datetime
        :return: job
        """
        self.ensure_one()
        start = fields.Datetime.now() - timedelta(seconds=self._import_overlap)
        filters = dict(filters or {})
        if self[date_field]:
            filters["from_date"] = self[date_field]
        # The job is stored and the date is moved by the same transaction: both, or none.
        job = self.env[binding_model].with_delay().import_batch(self, filters=filters)
        self[date_field] = start
        return job

    @api.private
    def add_checkpoint(self, record, reason: str | None = None):
        """Ask for a review of a record that was imported from this backend.

        :param record: one record of any model
        :param reason: why somebody should look at it, for users
        :return: checkpoint
        """
        self.ensure_one()
        record.ensure_one()
        return add_checkpoint(self.env, record._name, record.id, self._name, self.id, reason=reason)

    @api.private
    def _backend_version_chain(self) -> list[str]:
        """List the version of this backend and those it descends from, nearest first.

        :return: empty without a version
        """
        if "version" not in self._fields or not self.version:
            return []
        if self._backend_version_parents is not None:
            return self._chain_of_parents(self._backend_version_parents)
        declared = self._declared_backend()
        if declared is not None:
            return declared._backend_version_chain()
        versions = self._fields["version"].get_values(self.env)
        return versions[versions.index(self.version) :: -1]

    def _chain_of_parents(self, parents: dict) -> list[str]:
        """Follow the declared parents from the version of this backend on."""
        chain = [self.version]
        while (parent := parents.get(chain[-1])) and parent not in chain:
            chain.append(parent)
        return chain

    def _declared_backend(self) -> Backend | None:
        """Find the ``Backend`` that was declared for this very type and version, if any."""
        for backend in BACKENDS.backends:
            if backend.match(self._backend_type, self.version):
                return backend
        return None

    @api.private
    def get_backend(self) -> Backend:
        """Return the ``Backend`` of the older style for this record.

        :raises ValueError: if the model has no ``_backend_type``, or none was declared
        """
        self.ensure_one()
        if not self._backend_type:
            raise ValueError(f"The model {self._name} has no _backend_type.")
        version = self.version if "version" in self._fields else None
        return get_backend(self._backend_type, version or None)

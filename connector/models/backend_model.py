# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Backends: the other systems that Odoo speaks with."""

from odoo import api, models

from .checkpoint import add_checkpoint


class ConnectorBackend(models.AbstractModel):
    """Inherit from it for the model whose records are the systems of one kind.

    To have components that differ by version, set ``_backend_type`` and add a selection field
    ``version``. Its values go from the oldest to the newest: each version descends from the one
    before it, unless ``_backend_version_parents`` says otherwise.
    """

    _name = "connector.backend"
    _inherit = ["collection.base"]
    _description = "Connector Backend"

    #: type of the backends, as components name it
    _backend_type = None
    #: version -> the version it descends from, or None; replaces the order of the selection
    _backend_version_parents = None

    @api.private
    def add_checkpoint(self, record):
        """Ask for a review of a record that was imported from this backend.

        :param record: one record of any model
        :return: checkpoint
        """
        self.ensure_one()
        record.ensure_one()
        return add_checkpoint(self.env, record._name, record.id, self._name, self.id)

    @api.private
    def _backend_version_chain(self) -> list[str]:
        """List the version of this backend and those it descends from, nearest first.

        :return: empty without a version
        """
        if "version" not in self._fields or not self.version:
            return []
        parents = self._backend_version_parents
        if parents is None:
            versions = [
                value for value, _label in self._fields["version"]._description_selection(self.env)
            ]
            position = versions.index(self.version)
            return versions[position::-1]
        chain = [self.version]
        while (parent := parents.get(chain[-1])) and parent not in chain:
            chain.append(parent)
        return chain

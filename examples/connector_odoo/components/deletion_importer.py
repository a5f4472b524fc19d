# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What was deleted over there: noticed by comparing all ids, as nothing tells us."""

from odoo.addons.component.core import Component


class OdooDeletionImporter(Component):
    _name = "odoo.deletion.importer"
    _inherit = ["deletion.importer", "base.odoo.connector"]

    def _listed_ids(self):
        return self.backend_adapter.search_all([])

    def _on_not_listed(self, external_id):
        # The list is complete: there is no need to read each record once more.
        self.model.with_delay().delete_record(self.backend_record, external_id)


class OdooRecordDeleter(Component):
    """Removes the link to a record that is gone, and archives ours if the backend says so."""

    _name = "odoo.record.deleter"
    _inherit = ["record.deleter", "base.odoo.connector"]

    @property
    def _on_deleted(self):
        return self.backend_record.deletion_policy

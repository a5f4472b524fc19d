# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What was deleted over there: noticed by comparing all ids, as nothing tells us."""

from odoo.addons.component.core import Component
from odoo.addons.queue_job.exception import FailedJobError


class OdooDeletionImporter(Component):
    _name = "odoo.deletion.importer"
    _inherit = ["base.importer", "base.odoo.connector"]
    _usage = "deletion.importer"

    def run(self):
        """Enqueue one job per bound record that does not exist over there any more.

        :return: what was done, in words
        :raises FailedJobError: if nothing at all is left over there
        """
        # Ours first: what is imported while we ask for theirs is not taken for deleted.
        ours = self._bound_ids()
        theirs = set(self.backend_adapter.search_all([]))
        deleted = sorted(ours - theirs)
        if ours and not theirs:
            raise FailedJobError(
                self.env._(
                    "The other Odoo shows none of the %s records that we have from it. Its user "
                    "has probably lost the right to read them: nothing is archived.",
                    len(ours),
                )
            )
        for external_id in deleted:
            self.model.with_delay().delete_record(self.backend_record, external_id)
        return self.env._("%s records were deleted over there.", len(deleted))

    def _bound_ids(self):
        domain = [("backend_id", "=", self.backend_record.id)]
        bindings = self.model.with_context(active_test=False).search_fetch(domain, ["external_id"])
        return set(bindings.mapped("external_id"))


class OdooRecordDeleter(Component):
    """Removes the link to a record that is gone, and archives ours if the backend says so."""

    _name = "odoo.record.deleter"
    _inherit = ["record.deleter", "base.odoo.connector"]

    @property
    def _on_deleted(self):
        return self.backend_record.deletion_policy

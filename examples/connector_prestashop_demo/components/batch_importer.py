# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.queue_job.exception import FailedJobError

#: What all records need, so it is there before the first page of any other kind.
FIRST = ("prestashop.language", "prestashop.shop")


class PrestashopBatchImporter(Component):
    """Lists the ids of a kind page by page; each group of them becomes a job."""

    _name = "prestashop.batch.importer"
    _inherit = ["batch.importer", "prestashop.base"]

    #: records that one job imports
    _group_size = 20

    def run(self, filters=None, page=None, force: bool = False) -> str:
        if page is None and self.model._name not in FIRST:
            for binding_model in FIRST:
                self._import_if_none(binding_model)
        return super().run(filters=filters, page=page, force=force)

    def _import_if_none(self, binding_model: str) -> None:
        """Import all records of a small kind, unless there are some or the key may not."""
        if self.env[binding_model].search_count(
            [("backend_id", "=", self.backend_record.id)], limit=1
        ):
            return
        try:
            adapter = self.component(usage="backend.adapter", model_name=binding_model)
            for external_id in adapter.search():
                self.component(usage="record.importer", model_name=binding_model).run(external_id)
        except FailedJobError:
            # Texts are imported in one language then; the kind's own job tells why.
            return

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What to import: lists the records that changed over there, page by page."""

from datetime import timedelta

from odoo import fields

from odoo.addons.component.core import Component

#: A change gets its date when its transaction begins, and is seen when it ends: what was changed so
#: shortly before the last change that we saw may have come to light after it.
OVERLAP = timedelta(minutes=5)


class OdooBatchImporter(Component):
    """One job per page; each enqueues the next page, and the groups of records to import.

    Records that others of the same model hang below come first, so that they are mostly there when
    their children are imported.
    """

    _name = "odoo.batch.importer"
    _inherit = ["batch.importer", "base.odoo.connector"]

    @property
    def _page_size(self):
        return self.backend_record.page_size

    @property
    def _group_size(self):
        return self.backend_record.group_size

    @property
    def _kind(self):
        return self.backend_record.kind_ids.filtered(
            lambda kind: kind.binding_model == self.model._name
        )

    def run(self, filters=None, page=None, force=False):
        """Import a page of what changed since the last import; see the inherited method.

        :param filters: domain over there; None to begin a new import, from our cursor on
        """
        if filters is None:
            if not self.backend_adapter.has_model():
                return self.env._("The other Odoo has no such records: nothing to import.")
            filters = self._begin()
        return super().run(filters=filters, page=page, force=force)

    def _begin(self):
        """Move the cursor, in the transaction that enqueues the first page: both happen or none.

        :return: domain of what to import
        """
        kind = self._kind
        since = kind.cursor
        kind.cursor = self.backend_adapter.last_change() or since
        if self.model.search_count([("backend_id", "=", self.backend_record.id)], limit=1):
            self.model.with_delay(**self._job_options()).import_deletions(self.backend_record)
        if not since:
            return []
        return [["write_date", ">=", fields.Datetime.to_string(since - OVERLAP)]]

    def _read_page(self, filters, page):
        """List ids; a page is named by its phase and the last id before it, not by a count.

        So nothing is skipped or listed twice when records come or go meanwhile.
        """
        phase, after = page or (0, 0)
        phases = self._phases()
        limit = self._page_size
        domain = [*filters, *phases[phase], ["id", ">", after]]
        external_ids = self.backend_adapter.search(domain, limit=limit)
        if len(external_ids) == limit:
            return external_ids, [phase, external_ids[-1]]
        return external_ids, [phase + 1, 0] if phase + 1 < len(phases) else None

    def _phases(self):
        """Return the domains of what to import first, second, and so on: parents first."""
        for field, binding_model in self.mapper._dependencies.items():
            if binding_model == self.model._name:
                return [[[field, "=", False]], [[field, "!=", False]]]
        return [[]]

    def _select(self, external_ids):
        """Leave out what we have as it is now, by comparing dates: a page costs two queries.

        A date of change is exact to the second, so one that is still young may hide a second
        change: such records are fetched and compared value by value.
        """
        dates = self.backend_adapter.change_dates(external_ids)
        bindings = self.binder.bindings_by_external_id(dates)
        return [
            external_id
            for external_id, date in dates.items()
            if not self._is_settled(bindings.get(external_id), date)
        ]

    def _is_settled(self, binding, date):
        if not binding or binding.external_date != date or not binding.sync_date:
            return False
        return binding.sync_date - date > OVERLAP

    def _job_options(self):
        return self._kind._job_options()

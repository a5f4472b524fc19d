# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Finds what was deleted in the other system, where nothing tells us."""

from collections.abc import Iterator

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.exception import FailedJobError


class DeletionImporter(AbstractComponent):
    """Compares the ids that the other system lists with those that are bound.

    What is not listed is imported again: whether it is gone, its own import finds out by reading
    it, and hands over to the ``record.deleter``. So a list that leaves something out does no harm.

    To be overridden: ``_listed_ids``, ``_on_not_listed``.
    """

    _name = "deletion.importer"
    _inherit = "base.importer"
    _usage = "deletion.importer"

    #: ids per page asked of the adapter
    _page_size = 500

    def run(self) -> str:
        """Enqueue one job for each bound record that the other system does not list any more.

        :return: what was done, in words
        :raises FailedJobError: if nothing at all is listed
        """
        # Ours first: what is imported while we ask for theirs is not taken for deleted.
        ours = self._bound_ids()
        # A text column gives text, whatever the type of the ids that the adapter gives.
        listed = {str(external_id) for external_id in self._listed_ids()}
        missing = [external_id for external_id in ours if str(external_id) not in listed]
        if ours and not listed:
            raise FailedJobError(
                self.env._(
                    "The other system shows none of the %s records that we have from it. We have "
                    "probably lost the right to read them: nothing is done.",
                    len(ours),
                )
            )
        for external_id in missing:
            self._on_not_listed(external_id)
        return self.env._("%s records are not there any more.", len(missing))

    def _bound_ids(self) -> list:
        """List the external ids of all bindings of the backend."""
        name = self.binder._external_field
        domain = [(self.binder._backend_field, "=", self.backend_record.id), (name, "!=", False)]
        bindings = self.model.with_context(active_test=False).search_fetch(domain, [name])
        return sorted(filter(None, bindings.mapped(name)))

    def _listed_ids(self) -> Iterator:
        """List the ids of all records in the other system, page by page where the adapter can."""
        adapter, page = self.backend_adapter, None
        if not hasattr(adapter, "search_page"):
            yield from adapter.search()
            return
        while True:
            external_ids, page = adapter.search_page(None, page, self._page_size)
            yield from external_ids
            if page is None:
                return

    def _on_not_listed(self, external_id) -> None:
        """Enqueue the job that looks after a record."""
        self.model.with_delay().import_record(self.backend_record, external_id)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Imports all records that answer to a filter, page by page."""

from functools import cached_property

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.exception import FailedJobError


class BatchImporter(AbstractComponent):
    """Lists the external ids of a page, and has each imported.

    The adapter of the model lists them: by ``search_page(filters, page, limit)``, which returns a
    list of ids and the next page (``None`` after the last; any value that fits in a job's
    arguments), or else by ``search(filters)``, which returns all at once.

    To be overridden: the attributes, and ``_read_page``, ``_select``, ``_import_one``,
    ``_import_group``, ``_job_options``.
    """

    _name = "batch.importer"
    _inherit = "base.importer"
    _usage = "batch.importer"

    #: ids per page asked of the adapter
    _page_size = 100
    #: records per job: with more than one, a job reads, looks up and creates many at once
    _group_size = 1
    #: binding models of small kinds that all records need: they are imported before the first page
    #: of any other, if there is none of them yet
    _first_kinds = ()
    #: ``True``: one job per page, and one per record or group; ``False``: all at once, in the
    #: caller's transaction
    _delayed = True

    def run(self, filters=None, page=None, force: bool = False) -> str:
        """Import a page, and see to it that the next ones follow.

        :param filters: as the adapter understands them
        :param page: which page, as the adapter named it; ``None`` for the first
        :param force: import even what did not change
        :return: what was done, in words
        """
        if page is None and self.model._name not in self._first_kinds:
            for binding_model in self._first_kinds:
                self._import_if_none(binding_model)
        total = 0
        while True:
            external_ids, page = self._read_page(filters, page)
            if page is not None and self._delayed:
                self._delay_page(filters, page, force)
            selected = self._select(external_ids)
            total += len(selected)
            self._import_all(selected, force)
            if page is None or self._delayed:
                break
        if self._delayed:
            return self.env._("Import of %s records prepared.", total)
        return self.env._("%s records imported.", total)

    def _read_page(self, filters, page) -> tuple[list, object]:
        """List the external ids of a page.

        :param filters: as the adapter understands them
        :param page: which page; ``None`` for the first
        :return: external ids, and the next page or ``None``
        """
        adapter = self.backend_adapter
        if hasattr(adapter, "search_page"):
            return adapter.search_page(filters, page, self._page_size)
        return list(adapter.search(filters)), None

    def _import_if_none(self, binding_model: str) -> None:
        """Import all records of a small kind, unless there are some or our key may not."""
        binder = self.binder_for(binding_model)
        domain = [(binder._backend_field, "=", self.backend_record.id)]
        if self.env[binding_model].search_count(domain, limit=1):
            return
        try:
            adapter = self.component(usage="backend.adapter", model_name=binding_model)
            for external_id in adapter.search():
                self.component(usage="record.importer", model_name=binding_model).run(external_id)
        except FailedJobError:
            # Records are imported without them then; the kind's own job tells why.
            return

    def _select(self, external_ids: list) -> list:
        """Choose what to import among the ids of a page."""
        return external_ids

    def _import_all(self, external_ids: list, force: bool) -> None:
        """Import the ids one by one or by groups."""
        if self._group_size <= 1:
            for external_id in external_ids:
                self._import_one(external_id, force)
            return
        for start in range(0, len(external_ids), self._group_size):
            self._import_group(external_ids[start : start + self._group_size], force)

    def _delay_page(self, filters, page, force: bool) -> None:
        """Enqueue the job of the next page."""
        kwargs = {"force": True} if force else {}
        title = self.env._("Import the next page of %s", self._kind)
        self._delayed_model(title).import_batch(
            self.backend_record, filters=filters, page=page, **kwargs
        )

    def _import_one(self, external_id, force: bool) -> None:
        """Import a record, or enqueue the job that does."""
        kwargs = {"force": True} if force else {}
        model = self._delayed_model(self._title(external_id)) if self._delayed else self.model
        model.import_record(self.backend_record, external_id, **kwargs)

    def _import_group(self, external_ids: list, force: bool) -> None:
        """Import a group of records, or enqueue the job that does."""
        kwargs = {"force": True} if force else {}
        model = self.model
        if self._delayed:
            count = len(external_ids)
            title = self.env._("Import %(count)s of %(kind)s", count=count, kind=self._kind)
            model = self._delayed_model(title)
        model.import_group(self.backend_record, external_ids, **kwargs)

    def _delayed_model(self, title: str):
        """Return the model of the bindings, its calls to be jobs.

        :param title: the jobs' description, unless the options give another
        """
        return self.model.with_delay(**{"description": title, **self._job_options()})

    def _title(self, external_id) -> str:
        """Describe the job that imports a record."""
        return self.env._("Import %(kind)s %(id)s", kind=self._kind, id=external_id)

    @cached_property
    def _kind(self) -> str:
        """What people call the records, as the backend's form does."""
        labels = self.env["connector.backend.kind"]._labels(self.backend_record._name)
        name = self.model._name
        return labels.get(name) or self.env["ir.model"].sudo()._get(name).name

    def _job_options(self) -> dict:
        """Give the options of the jobs: priority, channel, description and the like."""
        return {}

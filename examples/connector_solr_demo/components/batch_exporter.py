# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The rebuild of the index: all documents anew, then those that nobody has renewed go."""

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError
from odoo.addons.queue_job.delay import group


class SolrBatchExporter(Component):
    """Each rebuild has a number, which its documents have too.

    While it runs the index stays complete: documents are replaced one by one, and only when all
    batches are done are those with a lower number deleted.
    """

    _name = "solr.batch.exporter"
    _inherit = ["base.exporter", "base.solr.connector"]
    _usage = "batch.exporter"

    def run(self, build):
        """Bind all products that are to be listed, and enqueue the batches.

        :param build: number of the rebuild
        """
        backend = self.backend_record
        if backend.build != build:
            return self.env._("A newer rebuild has begun.")
        self.model._bind_products(backend, backend._listed_products())
        bindings = self._all_bindings()
        size = backend.batch_size
        batches = [
            bindings[start : start + size].delayable().export_batch(backend, build)
            for start in range(0, len(bindings), size)
        ]
        last = self.model.delayable().delete_stale(backend, build)
        if batches:
            group(*batches).on_done(last).delay()
        else:
            last.delay()
        return self.env._(
            "%(records)s products in %(batches)s batches.",
            records=len(bindings),
            batches=len(batches),
        )

    def _all_bindings(self):
        domain = [("backend_id", "=", self.backend_record.id)]
        found = self.model.with_context(active_test=False).search(domain, order="id")
        return self.model.browse(found.ids)

    def run_batch(self, bindings):
        """Send the documents of many products with one request.

        :param bindings: products; those that are gone or not to be listed are left out
        """
        bindings = bindings.exists()
        # Nobody else may send one of these documents at the same time: the older might win.
        self.component(usage="record.locker").lock(bindings)
        exporters = [self._exporter(binding) for binding in self._listed(bindings)]
        documents = [exporter._create_data(exporter._map_data()) for exporter in exporters]
        failed = self._send(exporters, documents)
        for exporter, document in zip(exporters, documents, strict=True):
            if exporter in failed:
                exporter.binding.with_delay().export_record()
            else:
                exporter.external_id = document["id"]
                exporter._exported = True
                exporter._bind()
        return self.env._(
            "%(done)s products exported, %(apart)s left to jobs of their own.",
            done=len(exporters) - len(failed),
            apart=len(failed),
        )

    def _listed(self, bindings):
        """Leave out what is not to be listed: its documents become stale."""
        listed = self.backend_record._is_listed(bindings.odoo_id)
        others = bindings.filtered(lambda binding: binding.odoo_id not in listed)
        others.with_context(connector_no_export=True).write({"external_id": False})
        return bindings - others

    def _exporter(self, binding):
        exporter = self.component(usage="record.exporter")
        exporter.binding = binding
        return exporter

    def _send(self, exporters, documents):
        """Send documents together; if Solr refuses one of them, one by one.

        :return: exporters of those that are refused
        """
        try:
            if documents:
                self.backend_adapter.add(documents)
            return []
        except InvalidDataError:
            return [
                exporter
                for exporter, document in zip(exporters, documents, strict=True)
                if not self._is_accepted(document)
            ]

    def _is_accepted(self, document):
        try:
            self.backend_adapter.add([document])
        except InvalidDataError:
            return False
        return True

    def run_delete_stale(self, build):
        """Delete our documents that this rebuild, or what came after it, has not renewed."""
        query = f"{self.backend_record._own_documents()} AND NOT build_l:[{build} TO *]"
        self.backend_adapter.delete_by_query(query)
        return self.env._("Stale documents deleted.")

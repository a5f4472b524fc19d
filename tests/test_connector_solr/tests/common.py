# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.tests.unit.scripted_server import Reply, ScriptedServer
from odoo.addons.queue_job.tests.common import trap_jobs

from .solr_core import SolrCore


class SolrServer(ScriptedServer):
    """Has a core.

    :param kwargs: of the core
    """

    def __init__(self, **kwargs):
        super().__init__()
        self.core = SolrCore(**kwargs)
        #: replies to the next requests, whatever they are
        self.faults = []

    def reply_to(self, request):
        if self.faults:
            return self.faults.pop(0)
        status, headers, body = self.core.handle(*request)
        return Reply(status, body, headers)


class SolrCase(TransactionComponentCase):
    """A server with a core, a backend for it, and no products but those of the test."""

    login = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Instruments"})
        domain = f"[('sale_ok', '=', True), ('categ_id', '=', {cls.category.id})]"
        cls.backend = cls.env["solr.backend"].create(
            {
                "name": "Search",
                "url": "http://127.0.0.1:9/solr",
                "core": "products",
                "source": "db1",
                "product_domain": domain,
                "batch_size": 2,
            }
        )

    def setUp(self):
        super().setUp()
        self.server = SolrServer(login=self.login)
        self.core = self.server.core
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.backend.url = f"{self.server.url}/solr"

    def create_product(self, name="Violin", **values):
        values = {"name": name, "categ_id": self.category.id, "list_price": 100.0, **values}
        return self.env["product.product"].create(values)

    def run_jobs(self, action, *args):
        """Run what an action enqueues, and what those jobs enqueue, until none is left."""
        names = []
        with trap_jobs() as trap:
            action(*args)
            while trap.enqueued_jobs:
                self.env.flush_all()
                names += [job.method_name for job in trap.enqueued_jobs]
                trap.perform_enqueued_jobs()
        return names

    def adapter(self):
        with self.backend.work_on("solr.product") as work:
            return work.component(usage="backend.adapter")

    def document(self, product):
        return self.core.documents.get(f"db1-{self.backend.id}-{product.id}")

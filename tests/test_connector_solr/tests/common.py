# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.tests.common import RunJobsMixin
from odoo.addons.connector.tests.unit.scripted_server import SystemServer

from .solr_core import SolrCore


class SolrCase(RunJobsMixin, TransactionComponentCase):
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
        self.core = SolrCore(login=self.login)
        self.server = SystemServer(self.core)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.backend.url = f"{self.server.url}/solr"

    def create_product(self, name="Violin", **values):
        values = {"name": name, "categ_id": self.category.id, "list_price": 100.0, **values}
        return self.env["product.product"].create(values)

    def adapter(self):
        with self.backend.work_on("solr.product") as work:
            return work.component(usage="backend.adapter")

    def document(self, product):
        return self.core.documents.get(f"db1-{self.backend.id}-{product.id}")

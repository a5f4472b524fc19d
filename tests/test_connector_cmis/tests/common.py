# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.tests.common import RunJobsMixin
from odoo.addons.connector.tests.unit.scripted_server import SystemServer

from .cmis_repository import SERVICE, CmisRepository


class CmisCase(RunJobsMixin, TransactionComponentCase):
    """A server with a repository, and a backend for it."""

    login = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.env["cmis.backend"].create(
            {
                "name": "Archive",
                "url": "http://127.0.0.1:9/cmis",
                "folder_path": "/Odoo",
                "export_model_ids": [(4, cls.env.ref("base.model_res_partner").id)],
                "page_size": 2,
            }
        )
        cls.partner = cls.env["res.partner"].create({"name": "Ada"})

    def setUp(self):
        super().setUp()
        self.repository = CmisRepository(login=self.login)
        self.server = SystemServer(self.repository)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.backend.url = f"{self.server.url}{SERVICE}"

    def adapter(self):
        with self.backend.work_on("cmis.document") as work:
            return work.component(usage="backend.adapter")

    def asked(self, text):
        """Return the requests whose address or form has a text in it."""
        return [
            request
            for request in self.server.requests
            if text in request.path or text.encode() in request.body
        ]

    def binding(self, series):
        """Return the binding of a document."""
        domain = [("backend_id", "=", self.backend.id), ("external_id", "=", series)]
        return self.env["cmis.document"].search(domain)

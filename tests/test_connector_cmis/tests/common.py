# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.tests.unit.scripted_server import Reply, ScriptedServer
from odoo.addons.queue_job.tests.common import trap_jobs

from .cmis_repository import SERVICE, CmisRepository


class CmisServer(ScriptedServer):
    """Has a repository.

    :param kwargs: of the repository
    """

    def __init__(self, **kwargs):
        super().__init__()
        self.repository = CmisRepository(**kwargs)
        #: replies to the next requests, whatever they are
        self.faults = []

    def reply_to(self, request):
        if self.faults:
            return self.faults.pop(0)
        status, headers, body = self.repository.handle(*request)
        return Reply(status, body, headers)


class CmisCase(TransactionComponentCase):
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
        self.server = CmisServer(login=self.login)
        self.repository = self.server.repository
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.backend.url = f"{self.server.url}{SERVICE}"

    def run_jobs(self, action, *args, **kwargs):
        """Run what an action enqueues, and what those jobs enqueue, until none is left.

        :return: names of the jobs' methods
        """
        names = []
        with trap_jobs() as trap:
            action(*args, **kwargs)
            while trap.enqueued_jobs:
                self.env.flush_all()
                names += [job.method_name for job in trap.enqueued_jobs]
                trap.perform_enqueued_jobs()
        return names

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

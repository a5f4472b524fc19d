# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.tests.common import TransactionComponentCase

from .magento_server import API_KEY, API_USER, TOKEN, MagentoServer


class MagentoCase(TransactionComponentCase):
    """A backend of each version, and a shop that both speak with; jobs run at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "queue_job__no_delay": True})

    def setUp(self):
        super().setUp()
        self.server = MagentoServer()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        shop = {"name": "Shop", "url": self.server.url}
        login = {"username": API_USER, "password": API_KEY}
        backends = self.env["magento.backend"]
        self.one = backends.create({**shop, **login, "version": "1.x"})
        self.two = backends.create({**shop, "token": TOKEN, "version": "2.x"})

    def adapter(self, backend, model="magento.partner"):
        """Return the adapter of a model."""
        with backend.work_on(model) as work:
            return work.component(usage="backend.adapter")

    def bindings(self, backend, model):
        """Return the bindings of a backend, by external id."""
        found = (
            self.env[model]
            .with_context(active_test=False)
            .search([("backend_id", "=", backend.id)])
        )
        return {binding.external_id: binding.with_context(active_test=True) for binding in found}

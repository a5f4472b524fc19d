# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from types import SimpleNamespace

from odoo.addons.connector.tests.common import ConnectorComponentCase


class Backend(SimpleNamespace):
    """What components need of the backend of a shop, of which this addon has no model."""

    _name = "test.backend"

    def add_checkpoint(self, record, reason=None):
        self.checkpoints.append((record, reason))


class ShopComponentCase(ConnectorComponentCase):
    """Builds components of this addon, for a backend that no model stands behind."""

    def setUp(self):
        super().setUp()
        self.comp_registry.ready = False
        self.comp_registry.load_components("connector_shop")
        self.comp_registry.ready = True
        company = self.env.company
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.backend = self.collection = Backend(
            env=self.env,
            name="Shop",
            company_id=company,
            warehouse_id=warehouse,
            confirm_orders=True,
            checkpoints=[],
        )

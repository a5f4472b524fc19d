# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.queue_job.tests.common import trap_jobs

from .shop_data import records
from .shop_server import KEY, PIXEL, ShopServer

PRODUCT = "prestashop.product.template"
COMBINATION = "prestashop.product.combination"
STOCK = "prestashop.stock.available"


class PrestashopCase(TransactionComponentCase):
    """A shop on a server of the test, and a backend for it."""

    version = "1.7"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company = cls.env.company
        # Whatever chart of accounts there is: ours is the only tax of this rate.
        cls.env["account.tax"].search([("type_tax_use", "=", "sale")]).active = False
        group = cls.env["account.tax.group"].create({"name": "VAT"})
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 20", "amount": 20, "type_tax_use": "sale", "tax_group_id": group.id}
        )

    def setUp(self):
        super().setUp()
        self.shop = ShopServer(records(), version=f"{self.version}.1.1")
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__)
        for image in (10, 11):
            self.shop.images[f"products/1/{image}"] = PIXEL
        self.backend = self.env["prestashop.backend"].create(
            {
                "name": "Shop",
                "url": f"{self.shop.url}/",
                "version": self.version,
                "key": KEY,
                "tz": "Europe/Paris",
            }
        )

    def import_kind(self, *kinds, **filters):
        """Import kinds of records through jobs, until none is left."""
        with trap_jobs() as trap:
            for kind in kinds:
                self.env[kind].with_delay().import_batch(self.backend, **filters)
            self.perform(trap)
        return trap

    def perform(self, trap):
        """Run jobs, and those that they make, until none is left."""
        while trap.enqueued_jobs:
            trap.perform_enqueued_jobs()

    def import_record(self, kind, external_id, **kwargs):
        """Import a record through a job."""
        with trap_jobs() as trap:
            self.env[kind].with_delay().import_record(self.backend, external_id, **kwargs)
            self.perform(trap)

    def binding(self, kind, external_id):
        """Return the binding of a record; fail if there are several."""
        found = (
            self.env[kind]
            .with_context(active_test=False)
            .search([("backend_id", "=", self.backend.id), ("external_id", "=", external_id)])
        )
        self.assertLessEqual(len(found), 1)
        return self.env[kind].browse(found.ids)

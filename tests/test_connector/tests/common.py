# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from contextlib import contextmanager

from odoo.addons.component.tests.common import TransactionComponentCase

from ..components.base import SHOPS, Shop

CATEGORY = "test.connector.category.binding"
PRODUCT = "test.connector.product.binding"


class ShopCase(TransactionComponentCase):
    """A backend with a shop of a few categories and products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.env["test.connector.backend"].create({"name": "shop under test"})

    def setUp(self):
        super().setUp()
        self.shop = SHOPS[self.backend.name] = Shop(
            {
                CATEGORY: {"c1": {"label": "Books"}, "c2": {"label": "Toys"}},
                PRODUCT: {
                    "p1": {"label": "Novel", "price": 9.5, "category": "c1"},
                    "p2": {"label": "Kite", "price": 12.0, "category": "c2"},
                    "p3": {"label": "Atlas", "price": 30.0, "category": "c1"},
                },
            }
        )
        self.addCleanup(SHOPS.pop, self.backend.name)

    @contextmanager
    def component(self, usage, model=PRODUCT):
        """Open a work context and find a component in it.

        :param usage: its usage
        :param model: model to work on
        """
        with self.backend.work_on(model) as work:
            yield work.component(usage=usage)

    def import_record(self, external_id, model=PRODUCT, **kwargs):
        """Import a record at once."""
        return self.env[model].import_record(self.backend, external_id, **kwargs)

    def binding(self, external_id, model=PRODUCT):
        """Find the binding of an external id."""
        return self.env[model].search(
            [("backend_id", "=", self.backend.id), ("external_id", "=", external_id)]
        )

    def calls(self, name):
        """List the calls of one method of the shop."""
        return [call for call in self.shop.calls if call[0] == name]

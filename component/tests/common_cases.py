# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of this addon share."""

from odoo.addons.component.core import ComponentRegistry, WorkContext
from odoo.addons.component.tests.common import TransactionComponentRegistryCase


class ComponentTestCase(TransactionComponentRegistryCase):
    """Each test has a registry that knows ``base`` only."""

    def setUp(self):
        super().setUp()
        self._setup_registry(self)
        self.comp_registry = ComponentRegistry()
        self.comp_registry.ready = True
        self.comp_registry.load_components("component")
        self.env = self.env(context=dict(self.env.context, components_registry=self.comp_registry))

    def tearDown(self):
        self._teardown_registry(self)
        super().tearDown()

    def work_on(self, model_name="res.partner", **kwargs) -> WorkContext:
        """Return a work context on an empty collection, in the test's registry."""
        collection = kwargs.pop("collection", self.env["collection.base"])
        return WorkContext(model_name=model_name, collection=collection, **kwargs)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of this addon share."""

from odoo.addons.component.core import ComponentRegistry
from odoo.addons.component.tests.common import TransactionComponentRegistryCase
from odoo.addons.component_event.core import EventWorkContext


class EventTestCase(TransactionComponentRegistryCase):
    """Each test has a registry without any listener, and a list for what they are told."""

    def setUp(self):
        super().setUp()
        self._setup_registry(self)
        self.comp_registry = ComponentRegistry()
        self.comp_registry.ready = True
        self.comp_registry.load_components("component")
        self.comp_registry.load_components("component_event")
        self.env = self.env(context=dict(self.env.context, components_registry=self.comp_registry))
        self.backend = self.env["collection.base"].browse(1)
        self.told = []

    def tearDown(self):
        self._teardown_registry(self)
        super().tearDown()

    def work_on(self, model_name="res.partner", **kwargs) -> EventWorkContext:
        """Return an event work context, without a collection unless one is given."""
        if "collection" not in kwargs:
            kwargs.setdefault("env", self.env)
        return EventWorkContext(model_name=model_name, **kwargs)

    def collect(self, name, **kwargs):
        """Return what the collecter finds for an event."""
        work = self.work_on(**kwargs)
        return self.comp_registry["base.event.collecter"](work).collect_events(name)

    def listeners(self, name, **kwargs) -> list[str]:
        """Return the names of the listeners of an event, in order."""
        return [event.__self__._name for event in self.collect(name, **kwargs).events]

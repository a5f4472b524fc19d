# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of components share."""

from odoo.tests import TransactionCase

from odoo.addons.component.core import Component, ComponentRegistry, WorkContext


class ConnectorComponentCase(TransactionCase):
    """Each test builds its own components on top of those of the addon, and of no other one."""

    def setUp(self):
        super().setUp()
        self.comp_registry = ComponentRegistry()
        for module in ("component", "component_event", "connector"):
            self.comp_registry.load_components(module)
        self.comp_registry.ready = True
        self.env = self.env(context=dict(self.env.context, components_registry=self.comp_registry))
        self.collection = self.env["collection.base"].new()

    def work_on(self, model_name="res.partner", **kwargs):
        """Return a work context of the test's registry.

        :param model_name: model to work on
        :param kwargs: attributes of the work context
        """
        return WorkContext(model_name=model_name, collection=self.collection, **kwargs)

    def _build_components(self, *definitions):
        """Build components defined in the test.

        :param definitions: component classes, parents first
        """
        for definition in definitions:
            definition._build_component(self.comp_registry)

    def build(self, *definitions):
        """Build components, and return an instance of the last one.

        :param definitions: component classes, parents first
        """
        self._build_components(*definitions)
        return self.comp_registry[definitions[-1]._name](self.work_on())


def import_mapper(name="test.import.mapper", **attributes):
    """Define an import mapper.

    :param name: name of the component
    :param attributes: of the class
    """
    return _define("TestImportMapper", name, "base.import.mapper", attributes)


def export_mapper(name="test.export.mapper", **attributes):
    """Define an export mapper.

    :param name: name of the component
    :param attributes: of the class
    """
    return _define("TestExportMapper", name, "base.export.mapper", attributes)


def _define(class_name, name, inherit, attributes):
    return type(
        class_name,
        (Component,),
        {"_name": name, "_inherit": inherit, "__module__": __name__, **attributes},
    )

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the tests of components share."""

from odoo.addons.component.core import Component, WorkContext
from odoo.addons.component.tests.common import TransactionComponentRegistryCase


class ConnectorComponentCase(TransactionComponentRegistryCase):
    """Each test builds its own components on top of those of the addon."""

    def setUp(self):
        super().setUp()
        self._setup_registry(self)
        self.addCleanup(self._teardown_registry, self)
        self._load_module_components("connector")
        self.collection = self.env["collection.base"].new()

    def work_on(self, model_name="res.partner", **kwargs):
        """Return a work context of the test's registry.

        :param model_name: model to work on
        :param kwargs: attributes of the work context
        """
        return WorkContext(
            model_name=model_name,
            collection=self.collection,
            components_registry=self.comp_registry,
            **kwargs,
        )

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
    return type(
        "TestImportMapper",
        (Component,),
        {"_name": name, "_inherit": "base.import.mapper", "__module__": __name__, **attributes},
    )


def export_mapper(name="test.export.mapper", **attributes):
    """Define an export mapper.

    :param name: name of the component
    :param attributes: of the class
    """
    return type(
        "TestExportMapper",
        (Component,),
        {"_name": name, "_inherit": "base.export.mapper", "__module__": __name__, **attributes},
    )

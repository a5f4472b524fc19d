# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.core import Component

from ..components import generic_exporter, synchronizer
from .common import ConnectorComponentCase, export_mapper, import_mapper


class TestAdapter(Component):
    _name = "test.adapter"
    _inherit = "base.backend.adapter.crud"


class TestBinder(Component):
    _name = "test.binder"
    _inherit = "base.binder"


@tagged("post_install", "-at_install")
class TestSynchronizer(ConnectorComponentCase):
    def synchronizer(self, parent):
        class Synchronizer(Component):
            _name = "test.synchronizer"
            _inherit = parent

        return self.build(TestAdapter, TestBinder, import_mapper(), export_mapper(), Synchronizer)

    def test_the_module_has_them_all(self):
        self.assertIs(synchronizer.GenericExporter, generic_exporter.GenericExporter)
        self.assertEqual(self.comp_registry["generic.exporter"]._usage, "exporter")

    def test_usages(self):
        usages = {
            "base.importer": ("importer", "import.mapper"),
            "base.exporter": ("exporter", "export.mapper"),
            "base.deleter": ("deleter", "mapper"),
            "generic.exporter": ("exporter", "export.mapper"),
            "record.importer": ("record.importer", "import.mapper"),
            "batch.importer": ("batch.importer", "import.mapper"),
            "group.importer": ("group.importer", "import.mapper"),
            "record.exporter": ("record.exporter", "export.mapper"),
            "record.deleter": ("record.deleter", "mapper"),
            "record.exporter.deleter": ("record.exporter.deleter", "mapper"),
        }
        for name, (usage, mapper_usage) in usages.items():
            component = self.comp_registry[name]
            self.assertEqual(component._usage, usage, name)
            self.assertEqual(component._base_mapper_usage, mapper_usage, name)
            self.assertEqual(component._base_backend_adapter_usage, "backend.adapter")
            self.assertTrue(component._abstract, name)

    def test_importer_finds_its_parts(self):
        importer = self.synchronizer("base.importer")
        self.assertEqual(importer.mapper._name, "test.import.mapper")
        self.assertEqual(importer.binder._name, "test.binder")
        self.assertEqual(importer.backend_adapter._name, "test.adapter")

    def test_exporter_finds_its_parts(self):
        self.assertEqual(self.synchronizer("base.exporter").mapper._name, "test.export.mapper")

    def test_parts_are_found_once_and_late(self):
        importer = self.synchronizer("base.importer")
        self.assertEqual(
            (importer._mapper, importer._binder, importer._backend_adapter), (None, None, None)
        )
        self.assertIs(importer.mapper, importer.mapper)
        self.assertIs(importer.binder, importer.binder)
        self.assertIs(importer.backend_adapter, importer.backend_adapter)
        self.assertIs(importer._mapper, importer.mapper)

    def test_parts_can_be_put_in(self):
        """As tests of connectors do with mocks."""
        importer = self.synchronizer("base.importer")
        importer._mapper = marker = object()
        self.assertIs(importer.mapper, marker)

    def test_run_is_for_children(self):
        with self.assertRaises(NotImplementedError):
            self.synchronizer("base.importer").run()

    def test_init_with_positional_work_context(self):
        class Importer(Component):
            _name = "test.init.importer"
            _inherit = "record.importer"

            def __init__(self, environment):
                super().__init__(environment)
                self.own = "set"

        importer = self.build(Importer)
        self.assertEqual((importer.own, importer.external_id), ("set", None))

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import m2o_to_external, mapping, only_create

from .importers import CATEGORY, PRODUCT


class TestCategoryExportMapper(Component):
    _name = "test.connector.category.export.mapper"
    _inherit = ["base.export.mapper", "test.connector.base"]
    _apply_on = CATEGORY

    direct = [("name", "label")]


class TestProductExportMapper(Component):
    _name = "test.connector.product.export.mapper"
    _inherit = ["base.export.mapper", "test.connector.base"]
    _apply_on = PRODUCT

    direct = [
        ("name", "label"),
        ("price", "price"),
        (m2o_to_external("category_id", binding=CATEGORY), "category"),
    ]

    @only_create
    @mapping
    def origin(self, record):
        return {"origin": "odoo"}


class TestRecordExporter(Component):
    _name = "test.connector.record.exporter"
    _inherit = ["record.exporter", "test.connector.base"]
    _default_binding_field = "binding_ids"


class TestProductExporter(Component):
    _name = "test.connector.product.exporter"
    _inherit = "test.connector.record.exporter"
    _apply_on = PRODUCT

    def _export_dependencies(self):
        self._export_dependency(self.binding.category_id, CATEGORY)


class TestRecordExporterDeleter(Component):
    _name = "test.connector.record.exporter.deleter"
    _inherit = ["record.exporter.deleter", "test.connector.base"]

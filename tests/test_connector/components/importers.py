# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import Command

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping
from odoo.addons.connector.exception import InvalidDataError

CATEGORY = "test.connector.category.binding"
PRODUCT = "test.connector.product.binding"


class TestCategoryMapper(Component):
    _name = "test.connector.category.mapper"
    _inherit = ["base.import.mapper", "test.connector.base"]
    _apply_on = CATEGORY

    direct = [("label", "name")]


class TestProductMapper(Component):
    _name = "test.connector.product.mapper"
    _inherit = ["base.import.mapper", "test.connector.base"]
    _apply_on = PRODUCT

    direct = [
        ("image", "image_1920"),
        ("label", "name"),
        ("price", "price"),
        ("code", "code"),
        (external_to_m2o("category", binding=CATEGORY), "category_id"),
    ]

    @mapping
    def shelves(self, record):
        if "shelves" not in record:
            return {}
        found = self.binder_for(CATEGORY).bindings_by_external_id(record["shelves"])
        return {"shelf_ids": [Command.set([shelf.odoo_id.id for shelf in found.values()])]}

    @mapping
    def parent(self, record):
        """Parents may be missing where products point at each other in a circle."""
        if not record.get("parent"):
            return {}
        parent = self.binder_for(PRODUCT).to_internal(record["parent"], unwrap=True)
        return {"parent_id": parent.id}


class TestRecordImporter(Component):
    _name = "test.connector.record.importer"
    _inherit = ["record.importer", "test.connector.base"]
    _external_date_field = "updated"


class TestProductImporter(Component):
    _name = "test.connector.product.importer"
    _inherit = "test.connector.record.importer"
    _apply_on = PRODUCT
    _dependency_models = {"category": CATEGORY, "shelves": CATEGORY, "parent": PRODUCT}

    def _must_skip(self):
        return "hidden" if self.external_record.get("hidden") else None

    def _validate_data(self, data):
        if (data.get("price") or 0) < 0:
            raise InvalidDataError("negative price")


class TestPartImporter(Component):
    """Imports products as if they were parts of their category."""

    _name = "test.connector.part.importer"
    _inherit = ["part.importer", "test.connector.product.importer"]
    _usage = "test.part.importer"
    _whole_model = "test.connector.category.binding"

    def _find_whole(self, external_id):
        return self.backend_adapter.read(external_id)["category"]


class TestBatchImporter(Component):
    _name = "test.connector.batch.importer"
    _inherit = ["batch.importer", "test.connector.base"]


class TestDeletionImporter(Component):
    _name = "test.connector.deletion.importer"
    _inherit = ["deletion.importer", "test.connector.base"]
    _apply_on = PRODUCT


class TestGroupImporter(Component):
    _name = "test.connector.group.importer"
    _inherit = ["group.importer", "test.connector.base"]


class TestRecordDeleter(Component):
    _name = "test.connector.record.deleter"
    _inherit = ["record.deleter", "test.connector.base"]
    _apply_on = PRODUCT

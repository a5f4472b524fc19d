# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A connector to a system that has as many products as it is told, in a hundred categories.

It answers at once: what is measured is our side alone. A real one takes its time for each answer,
and asking for many records at once then saves even more.
"""

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import external_to_m2o

PRODUCT = "benchmark.product.binding"
CATEGORY = "benchmark.category.binding"
CATEGORIES = 100


class BenchmarkBase(AbstractComponent):
    _name = "benchmark.import.base"
    _inherit = "base.connector"
    _collection = "benchmark.backend"


class BenchmarkBinder(Component):
    _name = "benchmark.binder"
    _inherit = ["base.binder", "benchmark.import.base"]


class BenchmarkAdapter(Component):
    _name = "benchmark.adapter"
    _inherit = ["base.backend.adapter.crud", "benchmark.import.base"]

    def search_page(self, filters, page, limit):
        """List the ids of a page."""
        first, last = page or 0, self.backend_record.records
        ids = [f"P{number}" for number in range(first, min(first + limit, last))]
        return ids, first + limit if first + limit < last else None

    def read(self, external_id):
        """Make a record up."""
        number = int(external_id[1:])
        if self.model._name == CATEGORY:
            return {"name": f"Category {number}"}
        return {
            "name": f"Product {number}",
            "code": external_id,
            "price": number / 100,
            "weight": number % 13,
            "description": "A product. " * 20,
            "sellable": True,
            "category": f"C{number % CATEGORIES}",
        }

    def read_many(self, external_ids):
        """Make records up."""
        return {external_id: self.read(external_id) for external_id in external_ids}


class BenchmarkProductMapper(Component):
    _name = "benchmark.product.mapper"
    _inherit = ["base.import.mapper", "benchmark.import.base"]
    _apply_on = PRODUCT

    direct = [
        ("name", "name"),
        ("code", "code"),
        ("price", "price"),
        ("weight", "weight"),
        ("description", "description"),
        ("sellable", "sellable"),
        (external_to_m2o("category", binding=CATEGORY), "category_id"),
    ]


class BenchmarkCategoryMapper(Component):
    _name = "benchmark.category.mapper"
    _inherit = ["base.import.mapper", "benchmark.import.base"]
    _apply_on = CATEGORY

    direct = [("name", "name")]


class BenchmarkRecordImporter(Component):
    _name = "benchmark.record.importer"
    _inherit = ["record.importer", "benchmark.import.base"]


class BenchmarkProductImporter(Component):
    _name = "benchmark.product.importer"
    _inherit = "benchmark.record.importer"
    _apply_on = PRODUCT
    _dependency_models = {"category": CATEGORY}


class BenchmarkGroupImporter(Component):
    _name = "benchmark.group.importer"
    _inherit = ["group.importer", "benchmark.import.base"]


class BenchmarkBatchImporter(Component):
    _name = "benchmark.batch.importer"
    _inherit = ["batch.importer", "benchmark.import.base"]
    _page_size = 500

    @property
    def _group_size(self):
        return self.backend_record.group_size

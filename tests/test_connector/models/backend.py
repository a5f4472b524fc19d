# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import fields, models


class TestBackend(models.Model):
    _name = "test.connector.backend"
    _inherit = "connector.backend.status"
    _description = "Test Backend"
    _backend_type = "test"
    _import_kinds = ("test.connector.category.binding", "test.connector.product.binding")
    _import_date_fields = {"test.connector.product.binding": "import_products_from"}

    url = fields.Char()
    import_products_from = fields.Datetime()
    version = fields.Selection(
        [("1.5", "1.5"), ("1.6", "1.6"), ("1.7", "1.7"), ("2.0", "2.0")], default="1.6"
    )

    def _test_connection(self):
        with self.work_on("test.connector.category.binding") as work:
            return f"{len(work.component(usage='backend.adapter').search())} categories"


class TestWebBackend(models.Model):
    _name = "test.connector.web.backend"
    _inherit = "connector.backend.url"
    _description = "Test Backend at a web address, which imports nothing"
    _listed_fields = ("url", "company_id")

    company_id = fields.Many2one("res.company")


class TestForkedBackend(models.Model):
    _name = "test.connector.forked.backend"
    _inherit = "connector.backend"
    _description = "Test Backend whose versions are no straight line"
    _backend_type = "forked"
    _backend_version_parents = {
        "2.0": "1.0",
        "1.1": "1.0",
        "1.0": None,
        "loop": "pool",
        "pool": "loop",
    }

    name = fields.Char(required=True)
    version = fields.Selection(
        [(version, version) for version in ("1.0", "1.1", "2.0", "loop", "pool")]
    )


class TestPlainBackend(models.Model):
    _name = "test.connector.plain.backend"
    _inherit = "connector.backend"
    _description = "Test Backend without type and version"

    name = fields.Char(required=True)

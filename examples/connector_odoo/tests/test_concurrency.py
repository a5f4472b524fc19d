# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OdooConnectorCase


@tagged("post_install", "-at_install")
class TestConcurrency(OdooConnectorCase):
    """What one process can show; many at once are in ``tests/e2e``."""

    def test_database_refuses_a_second_binding(self):
        self.add_partner(7, name="Ann")
        self.import_all()
        for kind in self.backend.kind_ids:
            self.env.cr.execute(
                "SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass AND indisunique"
                " AND pg_get_indexdef(indexrelid) LIKE '%%(backend_id, external_id)%%'",
                [self.env[kind.binding_model]._table],
            )
            self.assertEqual(self.env.cr.fetchone(), (1,), kind.binding_model)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["odoo.res.partner"].create(
                {"backend_id": self.backend.id, "external_id": 7, "name": "Ann again"}
            )

    def test_contact_whose_company_is_in_the_same_group(self):
        self.add_partner(7, name="Ann", parent_id=[8, "Acme"])
        self.add_partner(8, name="Acme", is_company=True)
        self.env["odoo.res.partner"].import_group(self.backend, [7, 8])
        partners = self.bindings("odoo.res.partner")
        self.assertEqual(partners[7].odoo_id.parent_id, partners[8].odoo_id)

    def test_one_bad_record_does_not_stop_the_others(self):
        self.add_partner(7, name="Ann")
        self.add_partner(8, name=False)
        with mute_logger("odoo.sql_db"):
            with self.assertRaises(IntegrityError):
                # The good one is imported, then the bad one alone, which shows its error.
                self.env["odoo.res.partner"].import_group(self.backend, [7, 8])

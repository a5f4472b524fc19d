# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CATEGORY, PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestBindingIndex(ShopCase):
    """Each concrete binding model gets the unique index that fits its fields."""

    def columns(self, model):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = %s",
            (f"{self.env[model]._table}_binding_uniq",),
        )
        return [
            definition.partition(" USING btree ")[2] for (definition,) in self.env.cr.fetchall()
        ]

    def create(self, model, **vals):
        record = self.env[model].create({"backend_id": self.backend.id, **vals})
        self.env.flush_all()
        return record

    def test_definitions(self):
        definitions = {
            PRODUCT: ["(backend_id, external_id)"],
            CATEGORY: ["(backend_id, external_id)"],
            "test.connector.number.binding": ["(backend_id, external_id) WHERE (external_id <> 0)"],
            "test.connector.own.binding": ["(shop_id, shop_code)"],
            "test.connector.odd.binding": [],
            "test.connector.legacy.binding": [],
        }
        for model, expected in definitions.items():
            self.assertEqual(self.columns(model), expected, model)

    def test_one_binding_per_external_id(self):
        self.create(PRODUCT, external_id="p1", name="one")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.create(PRODUCT, external_id="p1", name="two")
        other = self.backend.copy({"name": "other"})
        self.create(PRODUCT, external_id="p1", name="other backend", backend_id=other.id)

    def test_not_exported_yet(self):
        for _ in range(2):
            self.create(PRODUCT, name="no id")
            self.create("test.connector.number.binding")
            self.create("test.connector.number.binding", external_id=0)

    def test_message(self):
        index = self.env[PRODUCT]._table_objects[f"{self.env[PRODUCT]._table}_binding_uniq"]
        self.assertIn("already bound", index.get_error_message(self.env[PRODUCT]))

    def test_definition_follows_the_model(self):
        """An update of the module changes the index when the model has changed."""
        model = self.env[PRODUCT]
        self.patch(type(model), "_binding_unique_fields", ("backend_id", "external_id", "odoo_id"))
        index = model._table_objects[f"{model._table}_binding_uniq"]
        self.assertEqual(index.definition_for(model), "(backend_id, external_id, odoo_id)")
        index.apply_to_database(model)
        self.assertEqual(self.columns(PRODUCT), ["(backend_id, external_id, odoo_id)"])
        index.apply_to_database(model)
        self.patch(type(model), "_binding_unique_fields", ())
        index.apply_to_database(model)
        self.assertEqual(self.columns(PRODUCT), [])

    def test_conflict_is_told_from_other_errors(self):
        self.create(PRODUCT, external_id="p1", name="one", code="A")
        model = self.env[PRODUCT]
        for vals, expected in (
            ({"external_id": "p1", "name": "two"}, True),
            ({"external_id": "p2", "name": "two", "code": "A"}, False),
        ):
            with mute_logger("odoo.sql_db"):
                try:
                    with self.env.cr.savepoint():
                        self.create(PRODUCT, **vals)
                except psycopg2.IntegrityError as error:
                    self.assertEqual(model._is_binding_conflict(error), expected)
                else:
                    self.fail("no error")

    def test_no_two_bindings_of_a_category_are_no_conflict_of_ids(self):
        first = self.create(CATEGORY, external_id="c1", name="one")
        with mute_logger("odoo.sql_db"):
            try:
                with self.env.cr.savepoint():
                    self.create(CATEGORY, external_id="c2", odoo_id=first.odoo_id.id)
            except psycopg2.IntegrityError as error:
                self.assertFalse(self.env[CATEGORY]._is_binding_conflict(error))
            else:
                self.fail("no error")
        legacy = self.env["test.connector.legacy.binding"]
        self.assertFalse(legacy._is_binding_conflict(psycopg2.IntegrityError()))

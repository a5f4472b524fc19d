# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import (
    changed_by,
    convert,
    external_to_m2o,
    follow_m2o_relations,
    m2o_to_external,
    mapping,
    none,
)
from odoo.addons.connector.exception import MappingError

from .common import ConnectorComponentCase, export_mapper, import_mapper


class CodeBinder(Component):
    """Countries are known by their code, straight on the model."""

    _name = "test.country.binder"
    _inherit = "base.binder"
    _apply_on = ["res.country", "test.country.binding"]

    def to_internal(self, external_id, unwrap=False):
        if external_id == "bare":
            return 42
        found = self.env["res.country"].search([("code", "=", external_id)])
        return found if unwrap or self.model._name == "res.country" else found.browse()

    def to_external(self, binding, wrap=False):
        code = self.env["res.country"].browse(binding).code
        if code == "XU":
            return None
        return f"wrapped {code}" if wrap else code


@tagged("post_install", "-at_install")
class TestModifiers(ConnectorComponentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")
        cls.partner = cls.env["res.partner"].create(
            {"name": "Ann", "country_id": cls.belgium.id, "ref": "12"}
        )
        cls.nowhere = cls.env["res.partner"].create({"name": "Bob"})

    def setUp(self):
        super().setUp()
        self._build_components(CodeBinder)
        self.count = 0

    def new_name(self):
        """Name a component; a test builds several."""
        self.count += 1
        return f"test.mapper.{self.count}"

    def import_value(self, source, record, target="country_id"):
        mapper = self.build(import_mapper(self.new_name(), direct=[(source, target)]))
        return mapper.map_record(record).values()[target]

    def export_value(self, source, record):
        mapper = self.build(export_mapper(self.new_name(), direct=[(source, "target")]))
        return mapper.map_record(record).values()["target"]

    def test_none(self):
        self.assertIsNone(self.export_value(none("ref"), self.nowhere))
        self.assertEqual(self.export_value(none("ref"), self.partner), "12")
        self.assertIsNone(self.import_value(none("x"), {"x": 0}, "name"))
        self.assertIsNone(self.import_value(none("absent"), {}, "name"))

    def test_convert(self):
        self.assertEqual(self.export_value(convert("ref", int), self.partner), 12)
        self.assertIs(self.export_value(convert("ref", int), self.nowhere), False)

    def test_nested(self):
        self.assertEqual(self.export_value(none(convert("ref", int)), self.partner), 12)
        self.assertIsNone(self.export_value(none(convert("ref", int)), self.nowhere))
        self.assertEqual(self.export_value(convert(none("ref"), float), self.partner), 12.0)

    def test_follow_m2o_relations(self):
        path = follow_m2o_relations("country_id.currency_id.name")
        self.assertEqual(self.export_value(path, self.partner), "EUR")
        self.assertFalse(self.export_value(path, self.nowhere))

    def test_m2o_to_external(self):
        self.assertEqual(self.export_value(m2o_to_external("country_id"), self.partner), "BE")
        self.assertIs(self.export_value(m2o_to_external("country_id"), self.nowhere), False)

    def test_m2o_to_external_through_the_binding(self):
        modifier = m2o_to_external("country_id", binding="res.country")
        self.assertEqual(self.export_value(modifier, self.partner), "wrapped BE")

    def test_m2o_to_external_of_another_type(self):
        with self.assertRaises(ValueError):
            self.export_value(m2o_to_external("name"), self.partner)

    def test_m2o_to_external_without_external_id(self):
        self.partner.country_id = self.env["res.country"].create({"name": "Utopia", "code": "XU"})
        with self.assertRaises(MappingError):
            self.export_value(m2o_to_external("country_id"), self.partner)

    def test_export_of_a_many2one_finds_the_external_id(self):
        self.assertEqual(self.export_value("country_id", self.partner), "BE")

    def test_external_to_m2o(self):
        value = self.import_value(external_to_m2o("c"), {"c": "BE"})
        self.assertEqual(value, self.belgium.id)
        self.assertIs(self.import_value(external_to_m2o("c"), {"c": ""}), False)
        self.assertIs(self.import_value(external_to_m2o("c"), {}), False)

    def test_external_to_m2o_through_the_binding(self):
        modifier = external_to_m2o("c", binding="res.country")
        self.assertEqual(self.import_value(modifier, {"c": "BE"}), self.belgium.id)

    def test_external_to_m2o_binder_may_return_an_id(self):
        self.assertEqual(self.import_value(external_to_m2o("c"), {"c": "bare"}), 42)

    def test_external_to_m2o_of_another_type(self):
        with self.assertRaises(ValueError):
            self.import_value(external_to_m2o("c"), {"c": "BE"}, "name")

    def test_external_to_m2o_unknown(self):
        with self.assertRaises(MappingError):
            self.import_value(external_to_m2o("c"), {"c": "??"})

    def test_external_to_m2o_unknown_but_optional(self):
        modifier = external_to_m2o("c", binding="res.country", optional=True)
        self.assertIs(self.import_value(modifier, {"c": "??"}), False)
        self.assertEqual(self.import_value(modifier, {"c": "BE"}), self.belgium.id)

    def test_linked_records(self):
        mapper = self.build(
            import_mapper(
                "test.linking.mapper",
                direct=[
                    ("name", "name"),
                    ("home", "country_id"),
                    (external_to_m2o(convert("area", str.strip), binding="x.state"), "state_id"),
                    (convert("boss", int), "parent_id"),
                ],
            )
        )
        record = {"name": "A", "home": "BE", "area": " 7 ", "boss": "3"}
        linked = list(mapper.linked_records(record))
        self.assertEqual(linked, [("res.country", "BE"), ("x.state", "7")])
        self.assertEqual(list(mapper.linked_records({"home": ""})), [])

    def test_import_to_a_many2one_finds_the_record(self):
        self.assertEqual(self.import_value("c", {"c": "BE"}), self.belgium.id)
        self.assertIs(self.import_value("c", {"c": False}), False)

    def test_source_names_behind_modifiers(self):
        @mapping
        @changed_by("street", "zip")
        def address(self, record):
            return {}

        mapper = self.build(
            export_mapper(
                direct=[
                    ("name", "n"),
                    (none("ref"), "r"),
                    (none(convert("color", int)), "c"),
                    (m2o_to_external("country_id"), "co"),
                    (follow_m2o_relations("parent_id.name"), "p"),
                ],
                address=address,
            )
        )
        self.assertEqual(
            mapper.changed_by_fields(),
            {"name", "ref", "color", "country_id", "parent_id", "street", "zip"},
        )
        self.assertEqual(mapper._direct_source_field_name(none("ref")), "ref")

    def test_modifier_of_a_connector(self):
        def shout(field):
            def modifier(self, record, to_attr):
                return record[field].upper()

            return modifier

        mapper = self.build(export_mapper(direct=[(shout("name"), "n")]))
        self.assertEqual(mapper.map_record(self.partner).values(), {"n": "ANN"})
        self.assertEqual(mapper.changed_by_fields(), {"name"})
        self.assertEqual(mapper.map_record(self.partner).values(fields=["ref"]), {})

    def test_modifier_that_hides_its_source(self):
        def shout(source):
            def modifier(self, record, to_attr):
                return record[source].upper()

            return modifier

        mapper = self.build(export_mapper(direct=[(shout("name"), "n"), (str.upper, "m")]))
        for index in (0, 1):
            with self.assertRaises(AssertionError):
                mapper._direct_source_field_name(mapper.direct[index][0])

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import ExportMapChild, ImportMapChild, mapping

from .common import ConnectorComponentCase, export_mapper, import_mapper


@tagged("post_install", "-at_install")
class TestMapChildren(ConnectorComponentCase):
    def build_import(self, *more, **attributes):
        """Build the mappers of a partner with contacts; both are partners."""
        line = import_mapper(
            "test.line.mapper", direct=[("n", "name")], _apply_on="res.partner.bank", **attributes
        )
        document = import_mapper(
            direct=[("n", "name")],
            children=[("lines", "bank_ids", "res.partner.bank")],
            _apply_on="res.partner",
        )
        return self.build(line, *more, document)

    def test_import_makes_create_commands(self):
        mapper = self.build_import()
        record = {"n": "Ann", "lines": [{"n": "one"}, {"n": "two"}]}
        self.assertEqual(
            mapper.map_record(record).values(),
            {"name": "Ann", "bank_ids": [(0, 0, {"name": "one"}), (0, 0, {"name": "two"})]},
        )

    def test_no_lines(self):
        mapper = self.build_import()
        self.assertEqual(mapper.map_record({"lines": None}).values()["bank_ids"], [])

    def test_export_makes_a_list(self):
        line = export_mapper("test.line.mapper", direct=[("name", "n")])
        document = export_mapper(
            children=[("child_ids", "contacts", "res.partner.category")], _apply_on="res.partner"
        )
        line._apply_on = "res.partner.category"
        mapper = self.build(line, document)
        partner = self.env["res.partner"].create(
            {"name": "Ann", "child_ids": [(0, 0, {"name": "Bob"}), (0, 0, {"name": "Cid"})]}
        )
        self.assertEqual(
            mapper.map_record(partner).values(), {"contacts": [{"n": "Bob"}, {"n": "Cid"}]}
        )

    def test_options_and_parent_reach_the_lines(self):
        seen = []

        @mapping
        def note(self, record):
            seen.append((self.options.tax, self.options.for_create))
            return {"x": 1}

        mapper = self.build_import(note=note)
        mapper.map_record({"lines": [{}]}).values(for_create=True, tax="incl")
        self.assertEqual(seen, [("incl", True)])

    def test_fields_filter_by_source(self):
        mapper = self.build_import()
        record = {"n": "Ann", "lines": [{"n": "one"}]}
        self.assertEqual(mapper.map_record(record).values(fields=["n"]), {"name": "Ann"})
        # The filter holds for the lines too.
        self.assertEqual(
            mapper.map_record(record).values(fields=["lines", "n"])["bank_ids"],
            [(0, 0, {"name": "one"})],
        )

    def test_component_of_the_connector(self):
        class Child(Component):
            _name = "test.map.child"
            _inherit = "base.map.child.import"
            _apply_on = "res.partner.bank"

            def skip_item(self, map_record):
                return map_record.source["n"] == "skip" or map_record.parent.source["n"] == "none"

            def get_item_values(self, map_record, to_attr, options):
                if map_record.source["n"] == "empty":
                    return {}
                values = super().get_item_values(map_record, to_attr, options)
                return {**values, "to": to_attr}

            def format_items(self, items_values):
                return [(5, 0), *super().format_items(items_values)]

        mapper = self.build_import(Child)
        lines = [{"n": "one"}, {"n": "skip"}, {"n": "empty"}]
        self.assertEqual(
            mapper.map_record({"n": "Ann", "lines": lines}).values()["bank_ids"],
            [(5, 0), (0, 0, {"name": "one", "to": "bank_ids"})],
        )
        values = mapper.map_record({"n": "none", "lines": lines}).values()
        self.assertEqual(values["bank_ids"], [(5, 0)])

    def test_fallback_components(self):
        mapper = self.build_import()
        child = mapper._get_map_child_component("res.partner.bank")
        self.assertEqual(child._name, "base.map.child.import")
        self.assertEqual(child.work.model_name, "res.partner.bank")
        exporter = self.build(export_mapper())
        child = exporter._get_map_child_component("res.partner.bank")
        self.assertEqual(child._name, "base.map.child.export")
        self.assertEqual(ImportMapChild._usage, "import.map.child")
        self.assertEqual(ExportMapChild._usage, "export.map.child")

    def test_source_may_be_a_modifier(self):
        def nested(field):
            def modifier(self, record, to_attr):
                return record[field]["items"]

            return modifier

        line = import_mapper("test.line.mapper", direct=[("n", "name")])
        line._apply_on = "res.partner.bank"
        document = import_mapper(
            children=[(nested("wrapped"), "bank_ids", "res.partner.bank")],
            _apply_on="res.partner",
        )
        mapper = self.build(line, document)
        record = {"wrapped": {"items": [{"n": "one"}]}}
        expected = {"bank_ids": [(0, 0, {"name": "one"})]}
        self.assertEqual(mapper.map_record(record).values(), expected)
        self.assertEqual(mapper.map_record(record).values(fields=["other"]), {})

    def test_a_connector_maps_children_its_own_way(self):
        """Some don't map lines one by one, and find the component of the lines themselves."""

        class Document(Component):
            _name = "test.own.mapper"
            _inherit = "base.import.mapper"
            _apply_on = "res.partner"
            children = [("lines", "bank_ids", "res.partner.bank")]

            def _map_child(self, map_record, from_attr, to_attr, model_name):
                child = self._get_map_child_component(model_name)
                items = map_record.source[from_attr]
                first = child.get_items(items[:1], map_record, to_attr, options=self.options)
                return [*first, (6, 0, [len(items)])]

        line = import_mapper("test.line.mapper", direct=[("n", "name")])
        line._apply_on = "res.partner.bank"
        mapper = self.build(line, Document)
        self.assertEqual(
            mapper.map_record({"lines": [{"n": "one"}, {"n": "two"}]}).values(),
            {"bank_ids": [(0, 0, {"name": "one"}), (6, 0, [2])]},
        )

    def test_base_child_knows_no_mapper(self):
        child = self.comp_registry["base.map.child"](self.work_on())
        with self.assertRaises(NotImplementedError):
            child._child_mapper()

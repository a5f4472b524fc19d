# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.connector.components.mapper import changed_by, mapping, only_create

from .common import ConnectorComponentCase, export_mapper, import_mapper


@tagged("post_install", "-at_install")
class TestMapper(ConnectorComponentCase):
    """What `map_record().values()` does, and in which order."""

    def values(self, mapper, record, **kwargs):
        return mapper.map_record(record).values(**kwargs)

    def test_direct_import_reads_by_get(self):
        mapper = self.build(import_mapper(direct=[("mail", "email"), ("absent", "phone")]))
        record = {"mail": "a@example.com"}
        self.assertEqual(self.values(mapper, record), {"email": "a@example.com", "phone": False})

    def test_direct_import_empty_is_false(self):
        mapper = self.build(import_mapper(direct=[("a", "name"), ("b", "ref"), ("c", "color")]))
        values = self.values(mapper, {"a": "", "b": None, "c": 0})
        self.assertEqual(values, {"name": False, "ref": False, "color": False})
        self.assertIs(values["color"], False)

    def test_direct_import_to_unknown_field(self):
        """The values may be meant for `finalize`, not for the model."""
        mapper = self.build(import_mapper(direct=[("a", "no_such_field")]))
        self.assertEqual(self.values(mapper, {"a": 1}), {"no_such_field": 1})

    def test_direct_export_reads_by_item(self):
        mapper = self.build(export_mapper(direct=[("name", "n"), ("phone", "p")]))
        partner = self.env["res.partner"].create({"name": "Ann"})
        self.assertEqual(self.values(mapper, partner), {"n": "Ann", "p": False})

    def test_modifier_gets_mapper_record_and_target(self):
        calls = []

        def modifier(mapper, record, to_attr):
            calls.append((mapper, record, to_attr))
            return "made"

        for define in (import_mapper, export_mapper):
            mapper = self.build(define(define.__name__, direct=[(modifier, "name")]))
            record = self.env["res.partner"].create({"name": "x"})
            self.assertEqual(self.values(mapper, record), {"name": "made"})
            self.assertEqual(calls.pop(), (mapper, record, "name"))

    def test_direct_may_be_a_property(self):
        mapper = self.build(import_mapper(direct=property(lambda self: [("a", "name")])))
        self.assertEqual(self.values(mapper, {"a": "x"}), {"name": "x"})

    def test_base_mapper_maps_nothing_by_itself(self):
        mapper = self.build(import_mapper())
        self.assertEqual(self.values(mapper, {"name": "x"}), {})
        abstract = self.comp_registry["base.mapper"](self.work_on())
        with self.assertRaises(NotImplementedError):
            abstract._map_direct({}, "a", "b")

    def test_order_later_wins(self):
        seen = []

        @mapping
        def method(self, record):
            seen.append("method")
            return {"b": "method", "c": "method", "d": "method"}

        def finalize(self, map_record, values):
            seen.append(dict(values))
            return {**values, "c": "finalize", "d": "finalize"}

        mapper = self.build(
            import_mapper(direct=[("x", "a"), ("x", "b")], method=method, finalize=finalize)
        )
        map_record = mapper.map_record({"x": "direct"})
        map_record.update(d="forced")
        values = map_record.values()
        self.assertEqual(values, {"a": "direct", "b": "method", "c": "finalize", "d": "forced"})
        self.assertEqual(seen[0], "method")
        self.assertEqual(seen[1]["b"], "method")

    def test_method_returning_nothing_is_ignored(self):
        @mapping
        def nothing(self, record):
            return None

        @mapping
        def empty(self, record):
            return {}

        mapper = self.build(import_mapper(direct=[("a", "name")], nothing=nothing, empty=empty))
        self.assertEqual(self.values(mapper, {"a": "x"}), {"name": "x"})

    def test_method_returning_no_dict_is_an_error(self):
        @mapping
        def wrong(self, record):
            return [("name", "x")]

        mapper = self.build(import_mapper(wrong=wrong))
        with self.assertRaisesRegex(ValueError, "wrong"):
            self.values(mapper, {})

    def test_only_create(self):
        @mapping
        @only_create
        def first(self, record):
            return {"first": 1}

        @only_create
        @mapping
        def second(self, record):
            return {"second": 2}

        mapper = self.build(import_mapper(first=first, second=second))
        self.assertEqual(self.values(mapper, {}), {})
        self.assertEqual(self.values(mapper, {}, for_create=False), {})
        self.assertEqual(self.values(mapper, {}, for_create=True), {"first": 1, "second": 2})

    def test_fields_filter(self):
        @mapping
        @changed_by("street", "city")
        def address(self, record):
            return {"address": 1}

        @mapping
        def always(self, record):
            return {"always": 1}

        mapper = self.build(
            export_mapper(direct=[("name", "n"), ("phone", "p")], address=address, always=always)
        )
        partner = self.env["res.partner"].create({"name": "Ann", "phone": "1"})
        self.assertEqual(self.values(mapper, partner, fields=["phone"]), {"p": "1", "always": 1})
        self.assertEqual(self.values(mapper, partner, fields=["city"]), {"address": 1, "always": 1})
        everything = {"n": "Ann", "p": "1", "address": 1, "always": 1}
        self.assertEqual(self.values(mapper, partner, fields=None), everything)
        self.assertEqual(self.values(mapper, partner), everything)

    def test_options(self):
        seen = []

        @mapping
        def method(self, record):
            seen.append((self.options.tax, self.options["tax"], self.options.absent))
            seen.append((self.options.for_create, self.options.get("absent", "default")))
            return {}

        mapper = self.build(import_mapper(method=method))
        self.assertIsNone(mapper.options)
        self.values(mapper, {}, for_create=True, tax="incl")
        self.assertEqual(seen, [("incl", "incl", None), (True, "default")])
        self.assertIsNone(mapper.options)

    def test_options_are_put_back_after_an_error_and_a_nested_mapping(self):
        @mapping
        def method(self, record):
            if record.get("fail"):
                raise ZeroDivisionError
            if record.get("inner"):
                self.map_record({}).values(level="inner")
            return {"level": self.options.level}

        mapper = self.build(import_mapper(method=method))
        self.assertEqual(self.values(mapper, {"inner": 1}, level="outer"), {"level": "outer"})
        with self.assertRaises(ZeroDivisionError):
            self.values(mapper, {"fail": 1})
        self.assertIsNone(mapper.options)

    def test_finalize_gets_the_map_record(self):
        seen = []

        def finalize(self, map_record, values):
            seen.append(map_record)
            return values

        mapper = self.build(import_mapper(finalize=finalize))
        parent = mapper.map_record({"id": 1})
        child = mapper.map_record({"id": 2}, parent=parent)
        child.values()
        self.assertEqual(seen, [child])
        self.assertEqual(child.source, {"id": 2})
        self.assertIs(child.parent, parent)
        self.assertIsNone(parent.parent)

    def test_forced_values(self):
        mapper = self.build(import_mapper(direct=[("a", "name")]))
        map_record = mapper.map_record({"a": "x"})
        map_record.update({"name": "y", "ref": 1})
        map_record.update([("ref", 2)], city="z")
        self.assertEqual(map_record.values(), {"name": "y", "ref": 2, "city": "z"})

    def test_values_are_computed_anew(self):
        mapper = self.build(import_mapper(direct=[("a", "name")]))
        map_record = mapper.map_record({"a": "x"})
        map_record.values()["name"] = "spoilt"
        map_record.source["a"] = "y"
        self.assertEqual(map_record.values(), {"name": "y"})

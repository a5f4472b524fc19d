# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The older style: classes that say by a decorator for which backends they are."""

from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from odoo.addons.component.core import Component, MetaComponent, WorkContext
from odoo.addons.component.exception import NoComponentError, SeveralComponentError

from ..backend import BACKENDS, Backend, BackendRegistry, get_backend
from ..components import mapper as components_mapper
from ..connector import Binder, ConnectorEnvironment, ConnectorUnit
from ..exception import NoConnectorUnitError
from ..unit.backend_adapter import CRUDAdapter
from ..unit.mapper import ExportMapper, ImportMapChild, ImportMapper, changed_by, mapping
from ..unit.synchronizer import Exporter, Importer
from .common import ConnectorComponentCase


@tagged("post_install", "-at_install")
class TestBackend(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = BackendRegistry()

    def declare(self, *args, **kwargs):
        return Backend(*args, registry=self.registry, **kwargs)

    def test_service_or_parent(self):
        with self.assertRaises(ValueError):
            self.declare()
        with self.assertRaises(ValueError):
            self.declare(version="1.7")

    def test_service_comes_from_the_parent(self):
        magento = self.declare("magento")
        magento17 = self.declare(parent=magento, version="1.7")
        later = self.declare(parent=magento17)
        self.assertEqual((magento17.service, magento17.version), ("magento", "1.7"))
        self.assertEqual((later.service, later.version), ("magento", None), "not inherited")
        self.assertEqual(magento17._backend_version_chain(), ["1.7"])
        self.assertEqual(later._backend_version_chain(), ["1.7"])
        self.assertEqual(magento._backend_version_chain(), [])

    def test_text(self):
        magento = self.declare("magento")
        magento17 = self.declare(parent=magento, version="1.7")
        self.assertEqual(str(magento), "Backend('magento')")
        self.assertEqual(str(magento17), "Backend('magento', '1.7')")
        self.assertEqual(repr(magento), "<Backend 'magento'>")
        self.assertEqual(repr(magento17), "<Backend 'magento', '1.7'>")

    def test_get_backend(self):
        magento = self.declare("magento")
        magento17 = self.declare(parent=magento, version="1.7")
        self.assertIs(self.registry.get_backend("magento"), magento)
        self.assertIs(self.registry.get_backend("magento", "1.7"), magento17)
        for arguments in (("magento", "1.8"), ("prestashop",), ("prestashop", "1.7")):
            with self.assertRaisesRegex(ValueError, "Backend.'magento', '1.7'."):
                self.registry.get_backend(*arguments)

    def test_registry_of_the_process(self):
        mine = Backend("test_registry_of_the_process")
        self.addCleanup(BACKENDS.backends.discard, mine)
        self.assertIs(get_backend("test_registry_of_the_process"), mine)

    def test_match(self):
        magento17 = self.declare("magento", "1.7")
        self.assertTrue(magento17.match("magento", "1.7"))
        for arguments in (("magento", None), ("magento", "1.8"), ("shop", "1.7")):
            self.assertFalse(magento17.match(*arguments))


class DecoratorCase(ConnectorComponentCase):
    def setUp(self):
        super().setUp()
        registry = BackendRegistry()
        self.magento = Backend("magento", registry=registry)
        self.magento17 = Backend(parent=self.magento, version="1.7", registry=registry)
        self.magento18 = Backend(parent=self.magento17, version="1.8", registry=registry)
        self.other = Backend("other", registry=registry)

    def define(self, name, decorator=None, inherit="base.import.mapper", **attributes):
        """Define a component, and build it."""
        definition = type(
            name,
            (Component,),
            {
                "_name": f"test.{name}",
                "_inherit": inherit,
                "_apply_on": "res.partner",
                "__module__": __name__,
                **attributes,
            },
        )
        if decorator:
            self.assertIs(decorator(definition), definition)
        self._build_components(definition)
        # Nobody builds components after the first look-up, but tests.
        self.comp_registry._cache.clear()
        return definition

    def work(self, backend, model_name="res.partner"):
        """Return a work context for a record of a backend."""
        record = SimpleNamespace(
            env=self.env,
            _name="connector.backend",
            _backend_type=backend.service,
            _backend_version_chain=backend._backend_version_chain,
            get_backend=lambda: backend,
        )
        return WorkContext(
            model_name=model_name, collection=record, components_registry=self.comp_registry
        )

    def found(self, backend, usage="import.mapper"):
        return self.work(backend).component(usage=usage)._name


@tagged("post_install", "-at_install")
class TestDecorator(DecoratorCase):
    def test_type_then_versions(self):
        self.define("any")
        self.define("all", self.magento)
        self.define("since17", self.magento17)
        self.assertEqual(self.found(self.magento), "test.all")
        self.assertEqual(self.found(self.magento17), "test.since17")
        self.assertEqual(self.found(self.magento18), "test.since17", "its parent is nearer")
        self.assertEqual(self.found(self.other), "test.any")

    def test_together_with_declarations(self):
        self.define("since17", self.magento17)
        self.define("exact", _backend_type="magento", _backend_version="1.7")
        self.define("since18", _backend_type="magento", _backend_version_from="1.8")
        self.assertEqual(self.found(self.magento17), "test.exact")
        self.assertEqual(self.found(self.magento18), "test.since18")

    def test_several_backends(self):
        both = self.define("both", lambda cls: self.magento(self.magento18(cls)))
        self.define("since17", self.magento17)
        self.assertEqual(both._backends, (self.magento18, self.magento))
        self.assertEqual(self.found(self.magento), "test.both")
        self.assertEqual(self.found(self.magento17), "test.since17")
        self.assertEqual(self.found(self.magento18), "test.both")

    def test_backend_of_a_parent_is_replaced_by_its_own(self):
        self.define("old", self.magento17)
        self.define("new", self.magento, inherit="test.old", _usage="greeter")
        self.assertEqual(self.found(self.magento, "greeter"), "test.new")
        self.assertEqual(self.found(self.magento17, "greeter"), "test.new")

    def test_one_type_per_class(self):
        definition = self.define("one", self.magento)
        with self.assertRaisesRegex(ValueError, "'magento'"):
            self.other(definition)

    def test_only_components(self):
        with self.assertRaisesRegex(TypeError, "Component"):
            self.magento(object)

    def test_replacing(self):
        old = self.define("old", self.magento)
        self.define("new", self.magento(replacing=old))
        self.assertEqual(self.found(self.magento), "test.new")
        self.assertEqual(self.found(self.magento17), "test.new")

    def test_replacing_several_and_what_replaces(self):
        first, second = self.define("first", self.magento), self.define("second", self.magento)
        third = self.define("third", self.magento(replacing=(first, second)))
        self.assertEqual(self.found(self.magento), "test.third")
        self.define("fourth", self.magento(replacing=third))
        with self.assertRaises(SeveralComponentError):
            # What replaced the first two is gone itself, and the last one doesn't speak of them.
            self.define("fifth", self.magento)
            self.found(self.magento)

    def test_what_replaces_may_be_for_another_model(self):
        old = self.define("old", self.magento)
        self.define("new", self.magento(replacing=old), _apply_on="res.users")
        self.assertEqual(self.found(self.magento), "test.old")

    def test_replaced_in_one_version_only(self):
        old = self.define("old", lambda cls: self.magento17(self.magento18(cls)))
        self.define("new", self.magento18(replacing=old))
        self.assertEqual(self.found(self.magento17), "test.old")
        self.assertEqual(self.found(self.magento18), "test.new")

    def test_replacing_what_is_not_there(self):
        old = self.define("old", self.magento)
        with self.assertRaisesRegex(ValueError, "not registered"):
            self.define("new", self.magento17(replacing=old))
        with self.assertRaisesRegex(ValueError, "itself"):
            self.magento(old, replacing=old)

    def test_unit_for(self):
        self.define("all", self.magento)
        self.define("export", self.magento, inherit="base.export.mapper")
        mine = self.define("since17", self.magento17)
        unit = self.build(
            type(
                "Unit",
                (Component,),
                {"_name": "test.unit", "_inherit": "base.connector", "__module__": __name__},
            )
        )
        unit.work = self.work(self.magento18)
        for what in (components_mapper.ImportMapper, ImportMapper, mine, "import.mapper"):
            self.assertEqual(unit.unit_for(what)._name, "test.since17")
        self.assertEqual(unit.unit_for(ExportMapper)._name, "test.export")
        self.assertEqual(unit.unit_for(ImportMapper, "res.partner").model._name, "res.partner")
        with self.assertRaises(NoConnectorUnitError) as caught:
            unit.unit_for(CRUDAdapter)
        self.assertIsInstance(caught.exception, NoComponentError)
        self.assertIn("'CRUDAdapter'", str(caught.exception))

    def test_unit_for_prefers_the_usage_of_the_class(self):
        self.define("importer", self.magento, inherit="base.importer")
        self.define("record", self.magento, inherit="record.importer")
        self.define("batch", self.magento, inherit="batch.importer")
        found = self.magento.get_class(Importer, self, "res.partner")
        self.assertEqual(found._name, "test.importer")

    def test_get_class(self):
        self.define("all", self.magento)
        self.define("since17", self.magento17)
        for backend, name in (
            (self.magento, "test.all"),
            (self.magento17, "test.since17"),
            (self.magento18, "test.since17"),
        ):
            found = backend.get_class(ImportMapper, self, "res.partner")
            self.assertIs(found, self.comp_registry[name])
        with self.assertRaises(NoConnectorUnitError):
            self.other.get_class(ImportMapper, self, "res.partner")
        with self.assertRaises(NoConnectorUnitError):
            self.magento.get_class(ImportMapper, self, "res.users")
        self.define("tie", self.magento17)
        with self.assertRaises(SeveralComponentError):
            self.magento18.get_class(ImportMapper, self, "res.partner")


@tagged("post_install", "-at_install")
class TestErrors(DecoratorCase):
    def test_every_candidate_and_its_reason(self):
        self.define("since18", self.magento18)
        self.define("exact", _backend_type="magento", _backend_version=("1.4", "1.5"))
        self.define("foreign", self.other)
        self.define("users", _apply_on="res.users")
        for find in (
            lambda: self.found(self.magento17),
            lambda: self.magento17.get_class(ImportMapper, self, "res.partner"),
        ):
            with self.assertRaises(NoComponentError) as caught:
                find()
            text = str(caught.exception)
            self.assertRegex(
                text, r"test.since18 .*: it is for backends of type 'magento' of version from '1.8'"
            )
            self.assertIn("the backend has type 'magento', version '1.7'", text)
            self.assertRegex(text, r"test.exact .*of version '1.4' or '1.5'")
            self.assertRegex(text, r"test.foreign .*of type 'other'")
            self.assertRegex(text, r"test.users .*: it applies on 'res.users'")

    def test_what_ties(self):
        self.define("one", self.magento17)
        self.define("two", self.magento17)
        self.define("all", self.magento)
        for find in (
            lambda: self.found(self.magento18),
            lambda: self.magento18.get_class(ImportMapper, self, "res.partner"),
        ):
            with self.assertRaises(SeveralComponentError) as caught:
                find()
            tie, _sep, others = str(caught.exception).partition("Less specific")
            for name in ("test.one", "test.two"):
                self.assertRegex(
                    tie, rf"{name} .*: any collection, models 'res.partner', backends "
                )
            self.assertIn("of version from '1.7' on", tie)
            self.assertIn("test.all", others)

    def test_no_class_at_all(self):
        class Stranger(ConnectorUnit):
            _model_name = "res.partner"

        with self.assertRaisesRegex(NoComponentError, "No component derives from this class"):
            self.magento.get_class(Stranger, self, "res.partner")


@tagged("post_install", "-at_install")
class TestUnits(DecoratorCase):
    """Classes that inherit in Python, and have no name."""

    def test_inheritance(self):
        class BaseMapper(ImportMapper):
            @mapping
            def origin(self, record):
                return {"comment": "from the base"}

        @self.magento
        class PartnerMapper(BaseMapper):
            _model_name = ["res.partner", "res.users"]
            direct = [("name", "name")]

            def finalize(self, map_record, values):
                return {**super().finalize(map_record, values), "last": True}

        self.assertNotIn(BaseMapper, MetaComponent._modules_components["connector"])
        self._build_components(PartnerMapper)
        mapper = self.work(self.magento17).component(usage="import.mapper")
        self.assertIsInstance(mapper, PartnerMapper)
        self.assertEqual(
            mapper.map_record({"name": "Ann"}).values(),
            {"name": "Ann", "comment": "from the base", "last": True},
        )
        self.assertEqual(PartnerMapper._apply_on, ["res.partner", "res.users"])
        self.assertTrue(PartnerMapper.match(None, "res.users"))
        self.assertFalse(PartnerMapper.match(None, self.env["res.country"]))
        with self.assertRaises(NoComponentError):
            self.work(self.magento, "res.country").component(usage="import.mapper")

    def test_subclass_beside_its_parent(self):
        @self.magento
        class Old(ImportMapper):
            _model_name = "res.partner"

        @self.magento
        class New(Old):
            pass

        self._build_components(Old, New)
        with self.assertRaises(SeveralComponentError):
            self.found(self.magento)

        @self.magento(replacing=(Old, New))
        class Newest(New):
            pass

        self._build_components(Newest)
        self.comp_registry._cache.clear()
        self.assertIsInstance(self.work(self.magento).component(usage="import.mapper"), Newest)

    def test_subclass_for_a_version(self):
        @self.magento
        class Old(ImportMapper):
            _model_name = "res.partner"

        @self.magento17
        class New(Old):
            pass

        self._build_components(Old, New)
        for backend, expected in (
            (self.magento, Old),
            (self.magento17, New),
            (self.magento18, New),
        ):
            found = backend.get_class(Old, self, "res.partner")
            self.assertIn(expected, found.__bases__)

    def test_model_is_needed(self):
        with self.assertRaisesRegex(NotImplementedError, "_model_name"):

            @self.magento
            class Nothing(ConnectorUnit):
                pass

    def test_registered_for_its_addon(self):
        noted = {key: list(value) for key, value in MetaComponent._modules_components.items()}
        self.addCleanup(MetaComponent._modules_components.update, noted)
        self.addCleanup(MetaComponent._modules_components.clear)
        attributes = {"_model_name": "res.partner", "__module__": "odoo.addons.old_shop.mapper"}
        definition = self.magento(type(ImportMapper)("Mapper", (ImportMapper,), attributes))
        self.magento17(definition)
        self.assertEqual(MetaComponent._modules_components["old_shop"], [definition])
        self.assertEqual(definition._name, "old_shop.mapper.Mapper")

    def test_names_of_the_unit(self):
        @self.magento
        class PartnerBinder(Binder):
            _model_name = "res.partner"

        @self.magento
        class PartnerExporter(Exporter):
            _model_name = "res.partner"
            _base_mapper = ExportMapper
            _base_backend_adapter = CRUDAdapter

        @self.magento
        class PartnerMapper(ExportMapper):
            _model_name = "res.partner"

        @self.magento
        class PartnerAdapter(CRUDAdapter):
            _model_name = "res.partner"

        self._build_components(PartnerBinder, PartnerExporter, PartnerMapper, PartnerAdapter)
        exporter = self.work(self.magento17).component(usage="exporter")
        self.assertIs(exporter.connector_env, exporter.work)
        self.assertIs(exporter.environment, exporter.work)
        self.assertIs(exporter.backend, self.magento17)
        self.assertIs(exporter.session.env, self.env)
        self.assertIs(exporter.localcontext, self.env.context)
        self.assertIsInstance(exporter.mapper, PartnerMapper)
        self.assertIsInstance(exporter.backend_adapter, PartnerAdapter)
        self.assertIsInstance(exporter.binder, PartnerBinder)
        self.assertIsInstance(exporter.binder_for("res.partner"), PartnerBinder)
        self.assertIsInstance(exporter.unit_for(Binder), PartnerBinder)
        self.assertIsInstance(exporter.get_binder_for_model(), PartnerBinder)
        self.assertIsInstance(exporter.get_connector_unit_for_model(CRUDAdapter), PartnerAdapter)

    def test_lines_by_class(self):
        class LineChild(ImportMapChild):
            _model_name = "res.users"

            def format_items(self, items_values):
                return ["mine", *items_values]

        self.magento(LineChild)

        @self.magento
        class Mapper(ImportMapper):
            _model_name = ["res.partner", "res.users", "res.country"]
            _map_child_class = LineChild
            direct = [("name", "name")]

        self._build_components(LineChild, Mapper)
        mapper = self.work(self.magento).component(usage="import.mapper")
        self.assertIsInstance(mapper._get_map_child_unit("res.users"), LineChild)
        lines = mapper._get_map_child_component("res.country")
        self.assertEqual(lines._name, "base.map.child.import")

    def test_lines_left_out_once_they_are_mapped(self):
        class LineChild(ImportMapChild):
            _model_name = "res.users"

            def skip_add_item(self, item_values):
                return item_values.get("login") == "out"

        @self.magento
        class Lines(ImportMapper):
            _model_name = "res.users"

            @mapping
            def login(self, record):
                return record and {"login": record["login"]}

        @self.magento
        class Mapper(ImportMapper):
            _model_name = "res.partner"
            children = [("users", "user_ids", "res.users")]

        self.magento(LineChild)
        self._build_components(LineChild, Lines, Mapper)
        mapper = self.work(self.magento).component(usage="import.mapper")
        lines = [{"login": "in"}, {"login": "out"}, {}]
        # Unlike today, a line without values stays.
        self.assertEqual(
            mapper.map_record({"users": lines}).values(),
            {"user_ids": [(0, 0, {"login": "in"}), (0, 0, {})]},
        )

    def test_source_fields_under_their_older_name(self):
        @self.magento
        class Mapper(ImportMapper):
            _model_name = "res.partner"
            direct = [("firstname", "name")]

            @mapping
            @changed_by("street", "city")
            def address(self, record):
                return {}

        self._build_components(Mapper)
        mapper = self.work(self.magento).component(usage="import.mapper")
        self.assertEqual(mapper._changed_by_fields, {"firstname", "street", "city"})


@tagged("post_install", "-at_install")
class TestConnectorEnvironment(DecoratorCase):
    def environment(self, **kwargs):
        class Environment(ConnectorEnvironment):
            _propagate_kwargs = ["api"]

        self.backend_record = self.work(self.magento).collection
        self.backend_record.with_env = lambda env: self.backend_record
        return Environment(self.backend_record, SimpleNamespace(env=self.env), "res.partner")

    def test_attributes(self):
        environment = self.environment()
        self.assertEqual(environment.model, self.env["res.partner"])
        self.assertIs(environment.backend_record, self.backend_record)
        self.assertIs(environment.backend, self.magento)
        self.assertIs(environment.session.env, self.env)
        self.assertIs(environment.pool, self.env.registry)

    def test_other_models(self):
        environment = self.environment()
        environment.api = "client"
        users = environment.work_on("res.users")
        self.assertEqual((users.model_name, users.api), ("res.users", "client"))
        self.assertIsInstance(users, type(environment))
        country = type(environment).create_environment(
            self.backend_record, None, "res.country", connector_env=users
        )
        self.assertEqual((country.model_name, country.api), ("res.country", "client"))
        self.assertEqual(
            type(environment)
            .create_environment(self.backend_record, None, "res.country")
            .model_name,
            "res.country",
        )

    def test_units(self):
        self.define("all", self.magento)
        self.define("binder", self.magento, inherit="base.binder", _apply_on="res.users")
        environment = self.environment()
        environment.api = "client"
        mapper = environment.get_connector_unit(ImportMapper)
        self.assertEqual(mapper._name, "test.all")
        binder = mapper.binder_for("res.users")
        self.assertEqual((binder._name, binder.work.api), ("test.binder", "client"))

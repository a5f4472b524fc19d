# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.component.core import ComponentRegistry, _component_databases
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestBindingViews(ShopCase):
    """Bindings without views of their own."""

    def fields_of(self, model, kind):
        arch = self.env[model].get_view(view_type=kind)["arch"]
        return [node.get("name") for node in etree.fromstring(arch).iter("field")]

    def test_list(self):
        self.assertEqual(
            self.fields_of(PRODUCT, "list"),
            ["odoo_id", "backend_id", "external_id", "last_import_date", "last_export_date"],
        )

    def test_more_fields(self):
        with mock.patch.object(type(self.env[PRODUCT]), "_binding_more_fields", ("price",)):
            for kind in ("list", "form"):
                self.assertEqual(
                    self.fields_of(PRODUCT, kind)[:3], ["odoo_id", "price", "backend_id"]
                )

    def test_empty_list_says_how_records_come(self):
        bindings = self.env[PRODUCT]
        self.assertIn("start an import", bindings.get_empty_list_help(""))
        self.assertEqual(bindings.get_empty_list_help("<p>Ours</p>"), "<p>Ours</p>")
        kind = self.backend.kind_status_ids.filtered(lambda kind: kind.model == PRODUCT)
        self.assertIn("start an import", kind.action_open_bindings()["help"])

    def test_buttons_are_those_of_the_flows(self):
        for model, buttons in (
            (PRODUCT, ["action_import_again", "action_export_again"]),
            # Nothing is known of its external id.
            ("test.connector.odd.binding", ["action_export_again"]),
        ):
            for kind in ("list", "form"):
                arch = etree.fromstring(self.env[model].get_view(view_type=kind)["arch"])
                found = [node.get("name") for node in arch.iterfind("./header/button")]
                self.assertEqual(found, buttons, (model, kind))

    def test_no_buttons_without_flows(self):
        components = ComponentRegistry()
        with mock.patch.dict(_component_databases, {self.env.cr.dbname: components}):
            self.assertEqual(self.env[PRODUCT]._binding_buttons(), [])
            _component_databases.pop(self.env.cr.dbname)
            self.assertEqual(self.env[PRODUCT]._binding_buttons(), [])

    def test_names_of_its_own(self):
        shown = ["display_name", "shop_id", "shop_code", "last_import_date", "last_export_date"]
        for kind in ("list", "form"):
            self.assertEqual(self.fields_of("test.connector.own.binding", kind), shown)
        self.assertEqual(
            self.fields_of("test.connector.own.binding", "search"),
            ["display_name", "shop_code", "shop_id"],
        )

    def test_binding_without_external_id(self):
        self.assertEqual(
            self.fields_of("test.connector.odd.binding", "list"),
            ["display_name", "backend_id", "last_import_date", "last_export_date"],
        )
        self.assertEqual(
            self.fields_of("test.connector.odd.binding", "search"), ["display_name", "backend_id"]
        )

    def test_filter_of_what_is_not_bound(self):
        for model, empty in ((PRODUCT, False), ("test.connector.number.binding", 0)):
            bindings = self.env[model].create(
                [
                    {"backend_id": self.backend.id, "name": "new", "external_id": value}
                    for value in (empty, "7" if empty is False else 7)
                ]
            )
            arch = etree.fromstring(self.env[model].get_view(view_type="search")["arch"])
            (domain,) = arch.xpath("//filter[@name='not_bound']/@domain")
            found = self.env[model].search([("id", "in", bindings.ids), *eval(domain)])
            self.assertEqual(found, bindings[0], model)

    def test_again(self):
        self.import_record("p1")
        binding = self.binding("p1")
        new = self.env[PRODUCT].create({"backend_id": self.backend.id, "name": "not bound"})
        with trap_jobs() as trap:
            (binding | new).action_import_again()
        trap.assert_jobs_count(1)
        trap.assert_enqueued_job(
            self.env[PRODUCT].import_record,
            args=(self.backend, "p1"),
            kwargs={"force": True},
            properties={"priority": 5},
        )
        with trap_jobs() as trap:
            binding.action_export_again()
        trap.assert_enqueued_job(binding.export_record, args=(), kwargs={})

    def test_again_needs_the_right_to_write(self):
        self.import_record("p1")
        user = new_test_user(self.env, "reader", "base.group_user")
        for method in ("action_import_again", "action_export_again"):
            with self.assertRaises(AccessError):
                getattr(self.binding("p1").with_user(user), method)()

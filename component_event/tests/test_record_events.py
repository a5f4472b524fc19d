# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events fired by create, write and unlink."""

from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common_cases import EventTestCase

MODEL = "res.partner.industry"


@tagged("post_install", "-at_install")
class TestRecordEvents(EventTestCase):
    def setUp(self):
        super().setUp()
        told = self.told

        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"
            _apply_on = [MODEL]

            def on_record_create(self, record, fields=None):
                told.append(("create", record, record.name, fields))

            def on_record_write(self, record, fields=None):
                told.append(("write", record, record.name, fields))

            def on_record_unlink(self, record):
                told.append(("unlink", record, record.name))

        self._build_components(Listener)

    def test_create(self):
        record = self.env[MODEL].create({"name": "one", "full_name": "number one"})
        self.assertEqual(self.told, [("create", record, "one", ["name", "full_name"])])

    def test_create_several(self):
        one, two = self.env[MODEL].create(
            [{"name": "one"}, {"name": "two", "full_name": "number two"}]
        )
        self.assertEqual(
            self.told,
            [
                ("create", one, "one", ["name"]),
                ("create", two, "two", ["name", "full_name"]),
            ],
        )

    def test_create_none(self):
        self.env[MODEL].create([])
        self.assertEqual(self.told, [])

    def test_write(self):
        records = self.env[MODEL].create([{"name": "one"}, {"name": "two"}])
        self.told.clear()
        self.assertTrue(records.write({"full_name": "number", "name": "new"}))
        self.assertEqual(
            self.told,
            [("write", record, "new", ["full_name", "name"]) for record in records],
        )

    def test_assignment(self):
        record = self.env[MODEL].create({"name": "one"})
        self.told.clear()
        record.name = "new"
        self.assertEqual(self.told, [("write", record, "new", ["name"])])

    def test_unlink(self):
        records = self.env[MODEL].create([{"name": "one"}, {"name": "two"}])
        self.told.clear()
        self.assertTrue(records.unlink())
        self.assertEqual(
            self.told,
            [
                ("unlink", record, name)
                for record, name in zip(records, ["one", "two"], strict=True)
            ],
        )
        self.assertFalse(records.exists())

    def test_nothing_for_no_record(self):
        none = self.env[MODEL].browse()
        none.write({"name": "new"})
        none.unlink()
        self.assertEqual(self.told, [])

    def test_fields_are_each_handler_s_own_list(self):
        records = self.env[MODEL].create([{"name": "one"}, {"name": "two"}])
        self.told.clear()
        records.write({"name": "new"})
        self.told[0][3].clear()
        self.assertEqual(self.told[1][3], ["name"])

    def test_fields_are_those_given_to_create(self):
        """An override below that takes values away doesn't change what is told."""
        model = type(self.env[MODEL])
        below = next(
            cls
            for cls in model.__mro__[model.__mro__.index(self.base_class()) + 1 :]
            if "create" in vars(cls)
        )
        original = below.create

        def create(self, vals_list):
            records = original(self, vals_list)
            for vals in vals_list:
                vals.clear()
            return records

        with mock.patch.object(below, "create", create):
            self.env[MODEL].create({"name": "one"})
        self.assertEqual(self.told[0][3], ["name"])

    def base_class(self):
        """Return the class that fires the events."""
        return next(
            cls
            for cls in type(self.env[MODEL]).__mro__
            if cls.__module__ == "odoo.addons.component_event.models.base"
        )

    def test_fired_before_what_follows_super(self):
        """The code of a model after its call to super() runs after the listeners."""
        model = type(self.env[MODEL])
        original = model.create

        def create(self, vals_list):
            records = original(self, vals_list)
            records_told.append("after super")
            return records

        records_told = self.told
        with mock.patch.object(model, "create", create):
            self.env[MODEL].create([{"name": "one"}])
        self.assertEqual(
            [told[0] if told != "after super" else told for told in self.told],
            ["create", "after super"],
        )

    def test_user_and_context_of_the_event(self):
        record = self.env[MODEL].with_context(marker=1).create({"name": "one"})
        told = self.told[0][1]
        self.assertEqual(told.env, record.env)
        self.assertEqual(told.env.context["marker"], 1)

    def test_models_without_listener_pay_nothing(self):
        def collect(self, name, collection=None, components_registry=None):
            raise AssertionError(f"collects {name}")

        model = self.env["res.country"]
        with mock.patch.object(type(model), "_event", collect):
            record = model.create({"name": "Nowhere", "code": "Q0"})
            record.name = "Elsewhere"
            record.unlink()
        with (
            mock.patch.object(type(self.env[MODEL]), "_event", collect),
            self.assertRaisesRegex(AssertionError, "collects on_record_create"),
        ):
            self.env[MODEL].create({"name": "one"})

    def test_only_the_event_that_has_a_listener(self):
        told = self.told

        class Only(Component):
            _name = "only"
            _inherit = "base.event.listener"
            _apply_on = ["res.country"]

            def on_record_unlink(self, record):
                told.append(record.code)

        self._build_components(Only)
        record = self.env["res.country"].create({"name": "Nowhere", "code": "Q0"})
        record.name = "Elsewhere"
        record.unlink()
        self.assertEqual(told, ["Q0"])

    def test_a_listener_that_fails_undoes_the_operation(self):
        class Failing(Component):
            _name = "failing"
            _inherit = "base.event.listener"
            _apply_on = [MODEL]

            def on_record_create(self, record, fields=None):
                raise ZeroDivisionError("on purpose")

        self._build_components(Failing)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.env[MODEL].create({"name": "never there"})
        self.assertFalse(self.env[MODEL].search([("name", "=", "never there")]))

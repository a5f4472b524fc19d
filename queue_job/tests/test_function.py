# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

NAME = "<res.partner>.tested"


class FunctionCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Function = cls.env["queue.job.function"]
        cls.partner_model = cls.env["ir.model"]._get("res.partner")
        cls.root = cls.env.ref("queue_job.channel_root")
        cls.channel = cls.env["queue.job.channel"].create(
            {"name": "tested", "parent_id": cls.root.id}
        )

    def _function(self, **values):
        return self.Function.create({"name": NAME, **values})


@tagged("post_install", "-at_install")
class TestFunctionName(FunctionCase):
    def test_name_gives_model_and_method(self):
        function = self._function()
        self.assertEqual(function.model_id, self.partner_model)
        self.assertEqual(function.method, "tested")

    def test_model_and_method_give_the_name(self):
        function = self.Function.create({"model_id": self.partner_model.id, "method": "tested"})
        self.assertEqual(function.name, NAME)
        self.assertEqual(self.Function.job_function_name("res.partner", "tested"), NAME)

    def test_a_name_that_is_none(self):
        for name in ("res.partner.write", "<res.partner>", "<Res.Partner>.write", "write", ""):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.Function.create({"name": name}).flush_recordset()

    def test_an_unknown_model(self):
        with self.assertRaisesRegex(UserError, "no model no.such.model"):
            self.Function.create({"name": "<no.such.model>.write"})

    @mute_logger("odoo.sql_db")
    def test_a_method_has_one_function(self):
        self._function()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.Function.create({"model_id": self.partner_model.id, "method": "tested"})

    def test_the_form(self):
        with Form(self.Function) as form:
            form.model_id = self.partner_model
            form.method = "tested"
            form.edit_retry_pattern = "{1: 10, 3: (60, 120)}"
        function = form.save()
        self.assertEqual(function.name, NAME)
        self.assertEqual(function.channel_id, self.root)
        self.assertEqual(function._parse_retry_pattern(), {1: 10, 3: (60, 120)})


@tagged("post_install", "-at_install")
class TestFunctionConfig(FunctionCase):
    def test_default(self):
        expected = ("root", {}, True, None, {}, None, False, None)
        self.assertEqual(tuple(self.Function.job_config("<res.partner>.nothing")), expected)
        self.assertEqual(tuple(self.Function.job_default_config()), expected)

    def test_fields_of_the_tuple(self):
        self.assertEqual(
            self.Function.JobConfig._fields,
            (
                "channel",
                "retry_pattern",
                "related_action_enable",
                "related_action_func_name",
                "related_action_kwargs",
                "job_function_id",
                "allow_commit",
                "on_fail_method_name",
            ),
        )

    def test_everything_set(self):
        function = self._function(
            channel_id=self.channel.id,
            edit_retry_pattern="{1: 10, 5: [60, 120]}",
            edit_related_action='{"enable": False, "func_name": "f", "kwargs": {"a": 1}}',
            allow_commit=True,
            on_fail_method="note_failure",
        )
        self.assertEqual(
            self.Function.job_config(NAME),
            self.Function.JobConfig(
                channel="root.tested",
                retry_pattern={1: 10, 5: (60, 120)},
                related_action_enable=False,
                related_action_func_name="f",
                related_action_kwargs={"a": 1},
                job_function_id=function.id,
                allow_commit=True,
                on_fail_method_name="note_failure",
            ),
        )

    def test_cached_without_a_query(self):
        self._function(channel_id=self.channel.id)
        self.Function.job_config(NAME)
        self.Function.job_limits(NAME)
        with self.assertQueryCount(0):
            self.Function.job_config(NAME)
            self.Function.job_limits(NAME)

    def test_cache_forgets_at_each_change(self):
        self.assertIsNone(self.Function.job_config(NAME).job_function_id)
        function = self._function()
        self.assertEqual(self.Function.job_config(NAME).job_function_id, function.id)
        function.channel_id = self.channel
        self.assertEqual(self.Function.job_config(NAME).channel, "root.tested")
        function.unlink()
        self.assertEqual(self.Function.job_config(NAME).channel, "root")

    def test_cache_forgets_a_renamed_channel(self):
        self._function(channel_id=self.channel.id)
        self.assertEqual(self.Function.job_config(NAME).channel, "root.tested")
        self.channel.name = "retested"
        self.assertEqual(self.Function.job_config(NAME).channel, "root.retested")

    def test_limits_default(self):
        limits = self.Function.job_limits("<res.partner>.nothing")
        self.assertIsNone(limits.time_limit)
        self.assertFalse(limits.retry_on_timeout)
        self.assertEqual(limits.retry_exceptions, ())

    def test_limits_set(self):
        self._function(
            time_limit=90,
            retry_on_timeout=True,
            retry_exceptions="requests.exceptions.ConnectionError\n\n  ValueError ",
            retry_backoff=5,
            retry_backoff_max=50,
            refuse_superuser=True,
        )
        self.assertEqual(
            tuple(self.Function.job_limits(NAME)),
            (
                90,
                True,
                ("requests.exceptions.ConnectionError", "ValueError"),
                5,
                50,
                True,
                10,
                False,
            ),
        )

    def test_exception_names_are_checked(self):
        with self.assertRaisesRegex(UserError, "not the full name"):
            self._function(retry_exceptions="requests Connection Error")

    @mute_logger("odoo.sql_db")
    def test_times_have_bounds(self):
        function = self._function()
        for values in ({"time_limit": -1}, {"retry_backoff": 20, "retry_backoff_max": 10}):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                function.write(values)
                function.flush_recordset()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestFunctionLiterals(FunctionCase):
    def test_retry_pattern_round_trip(self):
        function = self._function(edit_retry_pattern="{1: 10, 10: (60, 120)}")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(function.edit_retry_pattern, "{1: 10, 10: (60, 120)}")

    def test_wrong_retry_patterns(self):
        for text in ("{1: 'x'}", "{'a': 10}", "{1: (1, 2, 3)}", "{1: -5}", "{1: None}"):
            with self.subTest(text=text), self.assertRaisesRegex(UserError, "not valid at"):
                with self.env.cr.savepoint():
                    self._function(edit_retry_pattern=text)

    def test_what_is_no_dictionary(self):
        function = self._function()
        for field in ("edit_retry_pattern", "edit_related_action"):
            for text in ("[1]", "{1:", "import os", "dict()"):
                with self.subTest(field=field, text=text):
                    with self.assertRaisesRegex(UserError, "Python dictionary"):
                        function[field] = text

    def test_stored_settings_as_text(self):
        for pattern, action in (
            ("{1: 10, 10: (60, 120)}", "{'enable': False}"),
            ('{"1": 10, "10": [60, 120]}', '{"enable": false}'),
        ):
            with self.subTest(pattern=pattern):
                function = self._function(retry_pattern=pattern)
                function.related_action = action
                config = self.Function.job_config(NAME)
                self.assertEqual(config.retry_pattern, {1: 10, 10: (60, 120)})
                self.assertFalse(config.related_action_enable)
                function.write({"retry_pattern": "", "related_action": " "})
                config = self.Function.job_config(NAME)
                self.assertEqual((config.retry_pattern, config.related_action_enable), ({}, True))
                function.unlink()
        with self.assertRaisesRegex(UserError, "Python dictionary, not: 10 seconds"):
            self._function(retry_pattern="10 seconds")
        functions = self._function() + self._function(name=f"{NAME}_too")
        functions.write({"retry_pattern": "{1: 10}"})
        self.assertEqual(functions.mapped("edit_retry_pattern"), ["{1: 10}"] * 2)
        with self.assertRaisesRegex(UserError, f"{NAME}, {NAME}_too must be"):
            functions.write({"retry_pattern": "10 seconds"})

    def test_stored_settings_in_a_file(self):
        names = ["name", "channel_id/id", "retry_pattern", "related_action"]
        row = [NAME, "queue_job.channel_root"]
        loaded = self.Function.load(names, [[*row, "{1: 10}", '{"enable": false}']])
        self.assertEqual(loaded["messages"], [])
        config = self.Function.job_config(NAME)
        self.assertEqual((config.retry_pattern, config.related_action_enable), ({1: 10}, False))
        self.Function.browse(loaded["ids"]).unlink()
        refused = self.Function.load(names, [[*row, "10 seconds", ""]])
        self.assertIn("10 seconds", refused["messages"][0]["message"])

    def test_empty_is_an_empty_dictionary(self):
        function = self._function(edit_retry_pattern="{1: 10}")
        function.edit_retry_pattern = False
        self.assertEqual(function._parse_retry_pattern(), {})

    def test_related_action_keys(self):
        with self.assertRaisesRegex(UserError, "funcname"):
            self._function(edit_related_action='{"funcname": "f"}')


@tagged("post_install", "-at_install")
class TestDeclaredFunctions(FunctionCase):
    """Data files of several modules may name the same method, in either way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Installing = cls.Function.with_context(install_mode=True)

    def test_by_name_twice(self):
        first = self.Installing.create({"name": NAME})
        second = self.Installing.create({"name": NAME, "channel_id": self.channel.id})
        self.assertEqual(first, second)
        self.assertEqual(self.Function.job_config(NAME).channel, "root.tested")

    def test_by_model_and_method_twice(self):
        values = {"model_id": self.partner_model.id, "method": "tested"}
        first = self.Installing.create(values)
        second = self.Installing.create({**values, "channel_id": self.channel.id})
        self.assertEqual(first, second)
        self.assertEqual(self.Function.search_count([("name", "=", NAME)]), 1)

    def test_by_name_and_by_model(self):
        first = self.Installing.create({"name": NAME})
        second = self.Installing.create({"model_id": self.partner_model.id, "method": "tested"})
        self.assertEqual(first, second)

    def test_noupdate_is_respected(self):
        function = self._function()
        self.env["ir.model.data"].create(
            {
                "module": "queue_job",
                "name": "job_function_for_test",
                "model": "queue.job.function",
                "res_id": function.id,
                "noupdate": True,
            }
        )
        again = self.Installing.create({"name": NAME, "channel_id": self.channel.id})
        self.assertEqual(again, function)
        self.assertEqual(function.channel_id, self.root)

    def test_the_test_function_is_declared(self):
        function = self.env.ref("queue_job.job_function_queue_job__test_job")
        self.assertEqual(function.name, "<queue.job>._test_job")

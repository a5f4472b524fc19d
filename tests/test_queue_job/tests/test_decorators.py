# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo.tests import tagged

from odoo.addons.queue_job import decorators
from odoo.addons.queue_job.job import job, related_action

from .common import JobCase

NAME = "<test.queue.job>.append"


@tagged("post_install", "-at_install")
class TestDecorators(JobCase):
    """@job and @related_action on methods, as modules had them before job functions were data."""

    def setUp(self):
        super().setUp()
        self.functions = self.env["queue.job.function"]
        self.addCleanup(self.env.registry.clear_cache)

    def decorate(self, **attributes):
        """Override the method of the model by a decorated one."""

        @related_action(action="related_action_open_record", view="x")
        @job(default_channel="root.sub", retry_pattern={1: 5, 2: 20})
        def append(self, text, **kwargs):
            return text

        model_class = type(self.env["test.queue.job"])
        self.patch(model_class, "append", append)
        self.env.registry.clear_cache()
        return model_class

    def test_the_function_stays_as_it_is(self):
        def method():
            """Does it"""

        self.assertIs(job(method), method)
        self.assertTrue(method.delayable)
        self.assertIs(job(default_channel="root.a")(method), method)

    def test_configuration_of_the_method(self):
        default = self.functions.job_default_config()
        self.assertEqual(self.functions.job_config(NAME), default)
        self.decorate()
        config = self.functions.job_config(NAME)
        self.assertEqual(config.channel, "root.sub")
        self.assertEqual(config.retry_pattern, {1: 5, 2: 20})
        self.assertEqual(config.related_action_func_name, "related_action_open_record")
        self.assertEqual(config.related_action_kwargs, {"view": "x"})
        self.assertTrue(config.related_action_enable)
        self.assertEqual(self.functions.job_config("<no.such.model>.append"), default)
        self.assertEqual(self.functions.job_config("no name"), default)

    def test_jobs_have_it(self):
        self.decorate()
        delayed = self.record.with_delay().append("x")
        self.assertEqual(delayed.channel, "root.sub")
        stored = self.reload(delayed)
        self.assertEqual(stored.channel, "root.sub")
        stored.retry = 2
        self.assertEqual(stored._get_retry_seconds(), 20)
        self.assertEqual(self.record.with_delay(channel="root.b").append("x").channel, "root.b")

    def test_a_record_wins(self):
        self.decorate()
        self.functions.create({"name": NAME})
        self.assertEqual(self.functions.job_config(NAME).channel, "root")
        self.assertEqual(self.functions.job_config(NAME).retry_pattern, {})

    def test_an_override_need_not_repeat_it(self):
        class Parent:
            @job(default_channel="root.parent", retry_pattern={1: 1})
            def method(self):
                pass

        class Child(Parent):
            @related_action(enable=False)
            def method(self):
                pass

        config = decorators.decorated_config(Child, "method")
        self.assertEqual(
            config,
            {
                "channel": "root.parent",
                "retry_pattern": {1: 1},
                "related_action_enable": False,
                "related_action_func_name": None,
                "related_action_kwargs": {},
            },
        )
        self.assertEqual(decorators.decorated_config(Child, "other"), {})

    def test_what_is_wrong(self):
        for options in (
            {"default_channel": "sub"},
            {"default_channel": "rooter"},
            {"retry_pattern": [1, 2]},
        ):
            with self.assertRaises(AssertionError):
                job(lambda: None, **options)

    def test_warns_once(self):
        decorators._warned.clear()
        with self.assertLogs(decorators.__name__, "WARNING") as logs:
            job(lambda: None)
            job(lambda: None)
            related_action()
            related_action()
        self.assertEqual(len(logs.output), 2)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest import mock

from odoo import fields

from odoo.addons.queue_job.delay import chain
from odoo.addons.queue_job.models import queue_job_enqueue

from .common import JobCase


class TestEnqueueOrm(JobCase):
    def setUp(self):
        super().setUp()
        self.model = self.registry["queue.job"]

    def test_plain_sql_is_the_rule(self):
        self.assertEqual(self.env["queue.job"]._reasons_for_orm(), [])
        self.assertFalse(self.env["queue.job"]._enqueue_through_orm())
        # That is how an override would be told from others.
        names = {
            definition._name
            for definition in self.model._model_classes__
            if getattr(definition, "_module", None) == "test_queue_job"
        }
        self.assertEqual(names, {"queue.job"})

    def test_overrides_are_found(self):
        class Foreign:
            _module = "foreign_addon"
            _name = "queue.job"

            def create(self, vals_list):
                """Override."""

        with mock.patch.object(
            self.model, "_model_classes__", (*self.model._model_classes__, Foreign)
        ):
            (reason,) = self.env["queue.job"]._reasons_for_orm()
            self.assertIn("foreign_addon overrides create", reason)
            with mock.patch.object(queue_job_enqueue, "_logger") as logger:
                self.env["queue.job"]._register_hook()
            self.assertIn("foreign_addon", logger.info.call_args.args[1])

    def test_defaults_and_computes_are_found(self):
        field = self.model._fields["test_hook"]
        for name, value in (("default", lambda model: "x"), ("compute", "_compute_x")):
            with mock.patch.object(field, name, value):
                (reason,) = self.env["queue.job"]._reasons_for_orm()
                self.assertIn("test_queue_job adds the stored field test_hook", reason)
        self.assertIsInstance(field, fields.Char)

    def test_patched_create_is_found(self):
        """Automation rules set their own ``create`` on the class."""
        created = []
        origin = self.model.create

        def create(model, vals_list):
            created.extend(vals_list)
            return origin(model, vals_list)

        self.patch(self.model, "create", create)
        job = self.record.with_user(self.user).with_delay(priority=3).append("b", times=2)
        self.assertEqual(len(created), 1)
        loaded = self.reload(job)
        self.assertEqual((loaded.args, loaded.kwargs), (("b",), {"times": 2}))
        self.assertEqual((loaded.priority, loaded.env.uid), (3, self.user.id))
        self.assertFalse(job.db_record().message_ids)
        a, b = (self.record.delayable().append(name) for name in "ab")
        chain(a, b).delay()
        self.assertEqual(len(created), 3)
        self.assertEqual(b._generated_job.db_record().state, "wait_dependencies")

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

    # Ends

    def test_ends_are_written_in_plain_sql(self):
        self.assertEqual(self.env["queue.job"]._reasons_for_orm_ends(), [])
        self.assertFalse(self.env["queue.job"]._ends_through_orm())

    def test_who_wants_to_see_ends(self):
        for name, count in (("create", 0), ("write", 1)):
            foreign = type("Foreign", (), {"_module": "other", "_name": "queue.job", name: None})
            classes = (*self.model._model_classes__, foreign)
            with mock.patch.object(self.model, "_model_classes__", classes):
                reasons = self.env["queue.job"]._reasons_for_orm_ends()
                self.assertEqual(len(reasons), count, name)
        field = self.model._fields["test_hook"]
        with mock.patch.object(field, "default", return_value="x"):
            self.assertEqual(self.env["queue.job"]._reasons_for_orm_ends(), [])
        with mock.patch.object(field, "compute", "_compute_x"):
            self.assertEqual(len(self.env["queue.job"]._reasons_for_orm_ends()), 1)

    def test_what_is_cancelled_with_a_parent_is_shown(self):
        parent, child = (self.record.delayable().append(name) for name in "ab")
        chain(parent, child).delay()
        written = []
        origin = self.model.write

        def write(jobs, vals):
            written.extend((job.id, vals["state"]) for job in jobs if "state" in vals)
            return origin(jobs, vals)

        self.patch(self.model, "write", write)
        self.assertTrue(self.env["queue.job"]._ends_through_orm())
        records = [each._generated_job.db_record() for each in (parent, child)]
        records[0].button_cancelled()
        self.assertEqual(records[1].state, "cancelled")
        self.assertEqual(written, [(record.id, "cancelled") for record in records])

    def test_nobody_else_says_that_people_are_told_later(self):
        job = self.record.with_delay().append("b").db_record()
        with mock.patch.object(type(job), "_message_post_on_failure") as post:
            job.with_context(_job_told_later=True).sudo().write({"state": "failed"})
            self.assertEqual(post.call_count, 1)
            job._write_end({"state": "failed"})
            self.assertEqual(post.call_count, 1)

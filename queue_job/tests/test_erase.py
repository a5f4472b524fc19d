# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Erasing the data of ended jobs."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..job import Job
from .common import run_jobs


@tagged("post_install", "-at_install")
class TestErase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM queue_job")
        cls.root = cls.env.ref("queue_job.channel_root")
        cls.sub = cls.env["queue.job.channel"].create({"name": "sub", "parent_id": cls.root.id})

    def ended(self, days, channel="root", state="done", **values):
        """A job that ended so many days ago."""
        job = self.env["queue.job"].with_delay(channel=channel)._test_job(failure_rate=0)
        record = job.db_record()
        self.env.flush_all()
        values = {
            "state": state,
            "date_done": fields.Datetime.now() - timedelta(days=days),
            "result": "something",
            "exc_info": "once",
            **values,
        }
        columns = ", ".join(f"{name} = %({name})s" for name in values)
        self.env.cr.execute(
            f"UPDATE queue_job SET {columns} WHERE id = %(id)s", {**values, "id": record.id}
        )
        record.invalidate_recordset()
        return record

    def clean(self):
        done, is_more = self.env["queue.job"]._gc_data()
        self.env.flush_all()
        return done, is_more

    def test_nothing_is_erased_unless_somebody_says_so(self):
        job = self.ended(29)
        self.assertEqual(self.clean(), (0, False))
        self.assertFalse(job.date_erased)
        self.assertEqual(job.kwargs, {"failure_rate": 0})

    def test_arguments(self):
        self.root.write({"erase_policy": "arguments", "erase_days": 7})
        old, young = self.ended(8), self.ended(6)
        cancelled = self.ended(8, state="cancelled")
        failed = self.ended(8, state="failed")
        self.assertEqual(self.clean(), (2, False))
        for job in old | cancelled:
            self.assertTrue(job.date_erased)
            self.assertEqual((job.args, job.kwargs, job.func_string), ([], {}, False))
            self.assertEqual(job.arguments_text, "self = queue.job()")
            self.assertEqual((job.result, job.exc_info), ("something", "once"))
        for job in young | failed:
            self.assertFalse(job.date_erased)
            self.assertEqual(job.kwargs, {"failure_rate": 0})
            self.assertIn("failure_rate", job.func_string)
        self.assertEqual(self.clean(), (0, False))

    def test_everything(self):
        self.root.write({"erase_policy": "all", "erase_days": 7})
        job = self.ended(8, exc_message="to Jane")
        for model, values in (
            ("queue.job.attempt", {"number": 1, "exc_message": "to Jane", "exc_info": "Jane"}),
            ("queue.job.progress", {"done": 1, "message": "Jane"}),
            ("queue.job.log", {"message": "Jane"}),
            ("queue.job.stack", {"statement": "Jane"}),
            ("queue.job.checkpoint", {"state": "Jane"}),
        ):
            self.env[model].create({"job_id": job.id, **values})
        message = self.env["mail.message"].create({"model": "queue.job", "res_id": job.id})
        tracking = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get("queue.job", "exc_message").id,
                "old_value_char": "to Jane",
            }
        )
        self.env.flush_all()
        self.assertEqual(self.clean(), (1, False))
        self.env.invalidate_all()
        self.assertRecordValues(
            job,
            [{"result": False, "exc_message": False, "exc_info": False, "func_string": False}],
        )
        self.assertRecordValues(job.attempt_ids, [{"exc_message": False, "exc_info": False}])
        self.assertFalse(job.log_ids)
        self.assertFalse(job.stack_date)
        self.assertEqual((job.progress_done, job.progress_message), (1, False))
        self.assertFalse(tracking.exists())
        self.env.cr.execute("SELECT count(*) FROM queue_job_checkpoint")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual(self.clean(), (0, False))

    def test_sub_channels_may_say_otherwise(self):
        self.root.write({"erase_policy": "arguments", "erase_days": 7})
        job, above = self.ended(8, "root.sub"), self.ended(8)
        lost = self.ended(8, "root.gone.below")
        self.sub.erase_policy = "never"
        self.assertEqual(self.clean(), (2, False))
        self.assertFalse(job.date_erased)
        self.assertTrue(above.date_erased)
        self.assertTrue(lost.date_erased, "of a channel that is in no table")
        self.sub.write({"erase_policy": "all", "erase_days": 9})
        self.assertEqual(self.clean(), (0, False))
        self.sub.erase_days = 8
        self.assertEqual(self.clean(), (1, False))
        self.assertFalse(job.result)

    def test_only_what_ended_since_is_looked_at(self):
        self.root.write({"erase_policy": "arguments", "erase_days": 7})
        self.ended(8)
        self.clean()
        self.assertAlmostEqual(
            self.root.erased_until,
            fields.Datetime.now() - timedelta(days=7),
            delta=timedelta(minutes=1),
        )
        missed, late = self.ended(20), self.ended(8.5)
        self.assertEqual(self.clean(), (1, False))
        self.assertTrue(late.date_erased, "committed late")
        self.assertFalse(missed.date_erased)
        # More is to be erased than before: everything is looked at again.
        self.root.erase_policy = "all"
        self.assertFalse(self.root.erased_until)
        self.assertEqual(self.clean(), (3, False))
        self.assertFalse(missed.result)
        self.assertTrue(missed.date_erased)

    def test_what_a_parent_says_counts_for_the_past_of_its_children(self):
        self.root.write({"erase_policy": "arguments", "erase_days": 7})
        self.ended(8, "root.sub")
        self.clean()
        self.assertTrue(self.sub.erased_until)
        self.root.erase_days = 3
        self.assertFalse(self.sub.erased_until)

    def test_batches(self):
        self.root.write({"erase_policy": "arguments", "erase_days": 7})
        self.patch(type(self.env["queue.job"]), "_GC_BATCH", 2)
        jobs = self.ended(9) | self.ended(10) | self.ended(11) | self.ended(8, "root.sub")
        counts = []
        is_more = True
        while is_more:
            done, is_more = self.clean()
            self.assertLessEqual(done, 2)
            counts.append(done)
        self.assertEqual(sum(counts), 4)
        self.assertTrue(all(job.date_erased for job in jobs))

    def test_erased_jobs_do_not_run_again(self):
        self.root.write({"erase_policy": "arguments", "erase_days": 7})
        job = self.ended(8)
        self.clean()
        with self.assertRaisesRegex(UserError, "were erased on .*: it can't run again"):
            job.requeue()
        wizard = self.env["queue.requeue.job"].create({"job_ids": job.ids})
        with self.assertRaisesRegex(UserError, "were erased on"):
            wizard.requeue()
        with self.assertRaisesRegex(UserError, "were erased on"):
            loaded = Job.load(self.env, job.uuid)
            loaded.set_pending()
            loaded.store()
        self.assertEqual(job.state, "done")
        # By hand, in SQL.
        self.env.cr.execute(
            "UPDATE queue_job SET state = 'pending', is_due = true WHERE id = %s", [job.id]
        )
        run_jobs(self.env)
        self.assertEqual(job.state, "failed")
        self.assertRegex(job.exc_message, "arguments of the job were erased on")

    def test_channels_that_a_server_makes(self):
        self.ended(1, "root.made.by.a.server", state="pending")
        run_jobs(self.env)
        made = self.env["queue.job.channel"].search([("complete_name", "=", "root.made.by")])
        self.assertEqual((made.erase_policy, made.erase_days), ("inherit", 7))
        self.assertEqual(made._erase_rule()[0], "never")

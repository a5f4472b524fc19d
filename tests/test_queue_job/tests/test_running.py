# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What methods can do while they run as jobs."""

from contextlib import closing
from datetime import datetime

from odoo.addons.queue_job.engine import current
from odoo.addons.queue_job.exception import JobArgumentError, JobError
from odoo.addons.queue_job.tests.common import run_jobs

from .common import JobCase


class TestRunning(JobCase):
    def checkpoint(self):
        self.env.cr.execute("SELECT job_id, state FROM queue_job_checkpoint")
        return dict(self.env.cr.fetchall())

    # Progress

    def test_progress(self):
        job = self.record.with_delay().work_through(4)
        record = job.db_record()
        self.assertFalse(record.has_progress)
        self.assertEqual((record.progress, record.progress_message), (0.0, False))
        run_jobs(self.env)
        self.assertRecordValues(
            record,
            [
                {
                    "has_progress": True,
                    "progress": 100.0,
                    "progress_done": 4.0,
                    "progress_total": 4.0,
                    "progress_message": "4 of 4",
                }
            ],
        )
        other = self.record.with_delay().append("b").db_record()
        self.assertFalse(other.has_progress)

    def test_progress_goes_with_the_job(self):
        job = self.record.with_delay().work_through(1)
        run_jobs(self.env)
        progress = self.env["queue.job.progress"].search([("job_id", "=", job.db_record().id)])
        self.assertTrue(progress)
        job.db_record().unlink()
        self.assertFalse(progress.exists())

    def test_progress_of_a_failed_job_is_kept(self):
        job = self.record.with_delay().work_through(4, fail_at=3)
        run_jobs(self.env)
        self.assertRecordValues(job.db_record(), [{"state": "failed", "progress": 75.0}])

    def test_outside_of_a_job_nothing_happens(self):
        self.assertIsNone(current.get())
        # A commit would be refused by the test's cursor.
        self.assertFalse(self.record._job_checkpoint({"next": 1}))
        self.assertIsNone(self.record._job_progress(1, 2))
        self.assertIsNone(self.record._job_checkpoint_state())
        self.assertEqual(self.record._job_checkpoint_state("from the start"), "from the start")
        self.record.with_context(queue_job__no_delay=True).with_delay().work_through(2)
        self.assertEqual(self.record.name, "a12")
        self.assertEqual(self.checkpoint(), {})

    def test_wrong_progress_is_an_error_even_outside_of_a_job(self):
        with self.assertRaisesRegex(ValueError, "done of a job's progress .* '1'"):
            self.record._job_progress("1")
        with self.assertRaisesRegex(ValueError, "total of a job's progress .* -1"):
            self.record._job_progress(1, -1)

    # Checkpoints

    def test_a_failed_job_goes_on(self):
        job = self.record.with_delay().work_through(4, fail_at=3)
        run_jobs(self.env)
        self.assertEqual(self.record.name, "a12", "what was committed stays")
        self.assertEqual(self.checkpoint()[job.db_record().id]["next"], 3)
        job.db_record().requeue()
        self.record.note = "mended"
        run_jobs(self.env)
        self.assertEqual(self.record.name, "a1234")
        self.assertEqual(job.db_record().state, "done")
        self.assertEqual(self.checkpoint(), {})

    def test_a_done_job_begins_anew(self):
        job = self.record.with_delay().work_through(2)
        run_jobs(self.env)
        self.assertEqual(self.record.name, "a12")
        job.db_record().requeue()
        run_jobs(self.env)
        self.assertEqual(self.record.name, "a1212")

    def test_a_job_set_to_done_begins_anew(self):
        job = self.record.with_delay().work_through(4, fail_at=3)
        run_jobs(self.env)
        job.db_record().button_done()
        job.db_record().requeue()
        self.assertEqual(self.checkpoint(), {})

    def test_a_cancelled_job_goes_on(self):
        job = self.record.with_delay().work_through(4, fail_at=3)
        run_jobs(self.env)
        job.db_record().button_cancelled()
        job.db_record().requeue()
        self.assertEqual(len(self.checkpoint()), 1)

    def test_states_are_what_arguments_may_be(self):
        state = {"at": datetime(2026, 1, 2, 3, 4), "who": self.user, "tag": {"_type": "forged"}}
        job = self.record.with_delay().keep_state(state)
        run_jobs(self.env)
        self.assertEqual(job.db_record().state, "failed")
        job.db_record().requeue()
        run_jobs(self.env)
        self.assertEqual(job.db_record().state, "done", job.db_record().exc_info)
        self.assertEqual(job.db_record().result, repr(sorted(state.items())))

    def test_a_checkpoint_belongs_to_the_job_s_cursor(self):
        with closing(self.env.registry.cursor()) as cr:
            other = self.record.with_env(self.env(cr=cr))
            job_now = current.CurrentJob(1, "u", "f", self.env.cr, None, self.fail)
            with current.running(job_now), self.assertRaisesRegex(JobError, "own transaction"):
                other._job_checkpoint()

    def test_a_state_that_does_not_fit_is_an_error(self):
        job_now = current.CurrentJob(1, "u", "f", self.env.cr, None, self.fail)
        for state, message in (
            (object(), "does not fit in JSON"),
            ("a\x00b", "null character"),
            ("x" * 70_000, "takes 68.4 kB of JSON, more than the 64 kB"),
        ):
            with self.subTest(message=message), current.running(job_now):
                with self.assertRaisesRegex(JobArgumentError, message):
                    self.record._job_checkpoint(state)

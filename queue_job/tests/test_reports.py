# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The statements by which running jobs report."""

from odoo.tests import tagged

from ..rules.log_window import Line
from ..store import checkpoint, finish, job_log, progress, settle
from .test_claim import NOW
from .test_store import LeasedCase


@tagged("post_install", "-at_install")
class TestReports(LeasedCase):
    def lines(self, *numbers):
        return [Line(number, NOW, "INFO", "a", f"line {number}") for number in numbers]

    def logged(self, job):
        self.env.cr.execute(
            "SELECT attempt, number FROM queue_job_log WHERE job_id = %s ORDER BY id", [job.id]
        )
        return self.env.cr.fetchall()

    def mine(self, job):
        return {"job_id": job.id, "run_token": job.run_token}

    def test_progress_is_guarded_by_the_token(self):
        job = self.lease()
        say = {"total": 10, "message": "m", "now": NOW}
        self.assertTrue(progress.report(self.env.cr, **self.mine(job), done=1, **say))
        self.assertTrue(progress.report(self.env.cr, **self.mine(job), done=2, **say))
        settle.release(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        self.assertFalse(progress.report(self.env.cr, **self.mine(job), done=3, **say))
        found = progress.of_jobs(self.env.cr, job_ids=[job.id])
        self.assertEqual(found, {job.id: (2, 10, "m")})

    def test_log_lines_are_guarded_by_the_token(self):
        job = self.lease()
        job_log.add(self.env.cr, **self.mine(job), lines=self.lines(1, 2), is_first_of_run=True)
        settle.release(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        job_log.add(self.env.cr, **self.mine(job), lines=self.lines(3))
        self.assertEqual(self.logged(job), [(1, 1), (1, 2)])

    def test_old_lines_of_a_run_give_way_to_new_ones(self):
        job = self.lease()
        job_log.add(self.env.cr, **self.mine(job), lines=self.lines(1, 2, 3), is_first_of_run=True)
        job_log.add(self.env.cr, **self.mine(job), lines=self.lines(4), first=3)
        self.assertEqual(self.logged(job), [(1, 3), (1, 4)])

    def test_lines_of_the_last_runs_are_kept(self):
        job = self.lease()
        for attempt in range(1, job_log.KEPT_RUNS + 3):
            self.env.cr.execute(
                "UPDATE queue_job SET attempt = %s WHERE id = %s", [attempt, job.id]
            )
            job_log.add(self.env.cr, **self.mine(job), lines=self.lines(1), is_first_of_run=True)
        runs = [attempt for attempt, _number in self.logged(job)]
        self.assertEqual(runs, list(range(3, job_log.KEPT_RUNS + 3)))

    def test_a_checkpoint_is_forgotten_with_the_end_of_the_job_and_no_sooner(self):
        job = self.lease()
        checkpoint.save(self.env.cr, job_id=job.id, state='{"next": 1}')
        checkpoint.save(self.env.cr, job_id=job.id, state='{"next": 2}')
        # A run that has lost its lease does not take the state of the next one away.
        other = {"job_id": job.id, "run_token": job.run_token + 1}
        self.assertFalse(
            finish.finish(self.env.cr, **other, seconds=1, has_checkpoint=True, now=NOW)
        )
        self.assertEqual(checkpoint.load(self.env.cr, job_id=job.id), {"next": 2})
        finish.finish(self.env.cr, **self.mine(job), seconds=1, has_checkpoint=True, now=NOW)
        self.assertIsNone(checkpoint.load(self.env.cr, job_id=job.id))

    def test_a_retry_that_did_not_ask_for_the_state_forgets_it_too(self):
        job = self.lease()
        checkpoint.save(self.env.cr, job_id=job.id, state="1")
        finish.finish(self.env.cr, **self.mine(job), seconds=1, is_retry=True, now=NOW)
        self.assertIsNone(checkpoint.load(self.env.cr, job_id=job.id))

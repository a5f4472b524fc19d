# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..store.clock import LEASE_SECONDS


class RunnerCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        [cls.now] = cls.env.cr.fetchone()

    def _runner(self, age=0, **values):
        return self.env["queue.job.runner"].create(
            {
                "name": "alpha:42",
                "uuid": f"test-{age}-{values.get('state')}",
                "date_start": self.now - timedelta(days=1),
                "date_beat": self.now - timedelta(seconds=age),
                "worker_pids": [43, 44],
                "state": "running",
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestRunnerModel(RunnerCase):
    def test_liveness(self):
        late = LEASE_SECONDS + 5
        for age, state, liveness in (
            (0, "running", "alive"),
            (0, "stopping", "stopping"),
            (late, "running", "lost"),
            (late, "stopping", "lost"),
            (0, "dead", "dead"),
            (late, "dead", "dead"),
        ):
            with self.subTest(age=age, state=state):
                self.assertEqual(self._runner(age, state=state).liveness, liveness)

    def test_one_that_never_beat_is_lost(self):
        self.assertEqual(self._runner(date_beat=False).liveness, "lost")

    def test_age_of_the_last_beat(self):
        self.assertIn(self._runner(age=40).beat_age, range(39, 60))

    def test_workers_are_counted(self):
        self.assertEqual(self._runner().worker_count, 2)
        self.assertEqual(self._runner(1, worker_pids=False).worker_count, 0)

    def test_ticks_of_a_machine_up_for_years(self):
        ticks = 100 * 86400 * 365 * 5
        runner = self._runner(start_ticks=ticks)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(runner.start_ticks, ticks)

    @mute_logger("odoo.sql_db")
    def test_identifiers_are_unique(self):
        self._runner()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._runner()

    def test_open_its_jobs(self):
        runner = self._runner()
        job = self.env["queue.job"].with_delay()._test_job().db_record()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET runner_id = %s, run_token = 5 WHERE id = %s",
            [runner.id, job.id],
        )
        self.env.invalidate_all()
        action = runner.action_open_jobs()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), job)


@tagged("post_install", "-at_install")
class TestAttemptModel(RunnerCase):
    def test_duration(self):
        job = self.env["queue.job"].with_delay()._test_job().db_record()
        attempt = self.env["queue.job.attempt"].create(
            {
                "job_id": job.id,
                "number": 1,
                "date_start": self.now,
                "date_end": self.now + timedelta(seconds=2.5),
                "outcome": "failed",
            }
        )
        self.assertAlmostEqual(attempt.duration, 2.5, places=1)
        self.assertEqual(job.attempt_ids, attempt)
        attempt.date_end = False
        self.assertEqual(attempt.duration, 0.0)

    def test_attempts_and_commands_go_with_their_job(self):
        job = self.env["queue.job"].with_delay()._test_job().db_record()
        attempt = self.env["queue.job.attempt"].create({"job_id": job.id, "number": 1})
        command = self.env["queue.job.command"].create(
            {"job_id": job.id, "command": "cancel", "user_id": self.env.uid}
        )
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM queue_job WHERE id = %s", [job.id])
        self.env.invalidate_all()
        self.assertFalse(attempt.exists())
        self.assertFalse(command.exists())

    @mute_logger("odoo.sql_db")
    def test_one_command_a_job(self):
        job = self.env["queue.job"].with_delay()._test_job().db_record()
        values = {"job_id": job.id, "command": "cancel"}
        self.env["queue.job.command"].create(values)
        self.assertTrue(job.cancel_requested)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env["queue.job.command"].create(values)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The statements by which runners live and die, and by which rows are mended."""

from datetime import timedelta

from odoo.tests import tagged

from ..engine import channel_sync
from ..store import channels, commands, finish, repair, runners, settle, stack
from .test_claim import NOW, ClaimCase
from .test_store import LeasedCase


@tagged("post_install", "-at_install")
class TestRunners(ClaimCase):
    def test_beat_and_death(self):
        kwargs = {"runner_id": self.runner_id, "worker_pids": [7], "now": NOW}
        self.assertTrue(runners.beat(self.env.cr, **kwargs))
        self.assertEqual(runners.bury_expired(self.env.cr, now=NOW + timedelta(seconds=14)), [])
        late = NOW + timedelta(seconds=16)
        self.assertEqual(runners.bury_expired(self.env.cr, now=late), [self.runner_id])
        # It learns of it with its next beat.
        self.assertFalse(runners.beat(self.env.cr, **kwargs))
        runners.bury_expired(self.env.cr, now=NOW + timedelta(days=2))
        self.env.cr.execute("SELECT count(*) FROM queue_job_runner")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_neighbours_are_those_of_the_same_kernel_and_namespace(self):
        other = self.register(slots=1)
        runners.beat(self.env.cr, runner_id=other, worker_pids=[1, 2], now=NOW)
        where = {"boot_id": "test", "pid_namespace": "test"}
        found = runners.neighbours(self.env.cr, **where, runner_id=self.runner_id)
        self.assertEqual([(one["id"], one["worker_pids"]) for one in found], [(other, [1, 2])])
        runners.bury(self.env.cr, runner_ids=[other])
        self.assertEqual(runners.neighbours(self.env.cr, **where, runner_id=self.runner_id), [])
        elsewhere = {"boot_id": "other", "pid_namespace": "test"}
        self.assertEqual(runners.neighbours(self.env.cr, **elsewhere, runner_id=0), [])

    def test_unregister(self):
        runners.unregister(self.env.cr, runner_id=self.runner_id)
        self.assertFalse(runners.beat(self.env.cr, runner_id=self.runner_id, worker_pids=[]))


@tagged("post_install", "-at_install")
class TestRepair(LeasedCase):
    def test_rows_that_nobody_leases(self):
        orphans = [self.add(state="started"), self.add(state="enqueued")]
        leased = self.lease()
        self.assertEqual(repair.orphans(self.env.cr), 2)
        self.assertEqual([self.row(each)["state"] for each in orphans], ["pending"] * 2)
        self.assertEqual(self.row(leased.id)["state"], "started")

    def test_state_changed_by_hand_under_a_lease(self):
        job = self.lease()
        self.env.cr.execute("UPDATE queue_job SET state = 'pending' WHERE id = %s", [job.id])
        self.assertEqual(repair.stray_leases(self.env.cr), 1)
        self.assert_free(job.id, "pending")
        # The run in progress can't write any more.
        self.assertFalse(
            finish.finish(self.env.cr, job_id=job.id, run_token=job.run_token, seconds=0)
        )

    def test_no_state_keeps_its_slot_for_ever(self):
        self.channel("root.narrow", is_limited=True, capacity=1)
        for state in ("cancelled", "done", "failed", "wait_dependencies", "no such state"):
            job = self.lease(channel="root.narrow")
            behind = self.add(channel="root.narrow")
            self.assertEqual(self.claim(), [])
            self.env.cr.execute("UPDATE queue_job SET state = %s WHERE id = %s", [state, job.id])
            repair.stray_leases(self.env.cr)
            with self.subTest(state=state):
                self.assertEqual(self.ids(self.claim()), [behind])
            self.env.cr.execute("DELETE FROM queue_job")

    def test_jobs_without_a_channel_and_with_short_names(self):
        lost = self.add(channel=None)
        short = self.add(channel="fresh.one")
        self.assertEqual(repair.homeless(self.env.cr), 1)
        self.assertEqual(self.row(lost)["channel"], "root")
        channel_sync.create_missing(self.env.cr)
        self.assertEqual(self.row(short)["channel"], "root.fresh.one")
        self.assertIn("root.fresh", channels.known(self.env.cr))
        self.assertEqual(sorted(self.ids(self.claim())), [lost, short])

    def request_cancel(self, job_id):
        self.env.cr.execute(
            "INSERT INTO queue_job_command (job_id, command) VALUES (%s, 'cancel')", [job_id]
        )

    def test_a_request_outlives_the_server_that_should_have_heard_it(self):
        job = self.lease(unique_key="k")
        self.request_cancel(job.id)
        self.assertEqual(commands.cancel_waiting(self.env.cr), [])
        settle.crash(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        commands.forget_settled(self.env.cr)
        self.assertEqual(commands.cancel_waiting(self.env.cr, now=NOW), [job.id])
        row = self.assert_free(job.id, "cancelled")
        self.assertEqual(row["date_cancelled"], NOW)
        self.assertIsNone(row["unique_key"])
        commands.forget_settled(self.env.cr)
        self.env.cr.execute("SELECT count(*) FROM queue_job_command")
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_a_request_is_not_meant_for_a_later_run(self):
        job = self.lease()
        self.request_cancel(job.id)
        error = {"exc_name": "E", "exc_message": "m", "exc_info": "t"}
        settle.fail(self.env.cr, job_id=job.id, run_token=job.run_token, **error)
        self.env.invalidate_all()
        self.env["queue.job"].browse(job.id).requeue()
        self.env.flush_all()
        self.assertEqual(commands.cancel_waiting(self.env.cr), [])
        self.assertEqual(self.row(job.id)["state"], "pending")

    def test_requests_for_jobs_that_ended_are_forgotten(self):
        job = self.lease()
        self.request_cancel(job.id)
        asked = [(job.id, "cancel")]
        self.assertEqual(commands.requests(self.env.cr, runner_id=self.runner_id), asked)
        self.assertEqual(commands.requests(self.env.cr, runner_id=0), [])
        commands.forget_settled(self.env.cr)
        self.assertEqual(commands.requests(self.env.cr, runner_id=self.runner_id), asked)
        settle.cancel(self.env.cr, job_id=job.id, run_token=job.run_token, result="")
        commands.forget_settled(self.env.cr)
        self.env.cr.execute("SELECT count(*) FROM queue_job_command")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_where_a_job_stands(self):
        job = self.lease()
        asked = stack.request(self.env.cr, job_id=job.id, user_id=self.env.uid)
        # Twice is once.
        self.assertTrue(stack.request(self.env.cr, job_id=job.id, user_id=self.env.uid))
        self.assertEqual(
            commands.requests(self.env.cr, runner_id=self.runner_id), [(job.id, "stack")]
        )
        self.assertIsNone(stack.latest(self.env.cr, job_id=job.id))
        stack.answer(
            self.env.cr, job_id=job.id, run_token=job.run_token, stack="here", statement="SELECT"
        )
        date, *answer = stack.latest(self.env.cr, job_id=job.id)
        self.assertGreater(date, asked)
        self.assertEqual(answer, ["here", "SELECT"])
        self.assertEqual(commands.requests(self.env.cr, runner_id=self.runner_id), [])
        # A run that has lost its lease has no say.
        stack.answer(self.env.cr, job_id=job.id, run_token=job.run_token + 1, stack="there")
        self.assertEqual(stack.latest(self.env.cr, job_id=job.id)[1], "here")
        # What was asked of a run that is over is not asked of the next one.
        stack.request(self.env.cr, job_id=job.id, user_id=self.env.uid)
        settle.release(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        commands.forget_settled(self.env.cr)
        self.assertIsNone(stack.request(self.env.cr, job_id=job.id, user_id=self.env.uid))
        self.env.cr.execute("SELECT count(*) FROM queue_job_command")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_what_a_job_does_in_the_database(self):
        self.env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = self.env.cr.fetchone()
        text = stack.statement_of(self.env.cr, backend_pid=pid)
        self.assertRegex(text, r"(?s)^For \d+\.\d s.*:\n.*FROM pg_stat_activity")
        self.assertIsNone(stack.statement_of(self.env.cr, backend_pid=0))

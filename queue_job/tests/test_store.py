# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The statements by which jobs end, are taken back and are mended."""

import random
from contextlib import closing
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine import channel_sync, readiness
from ..rules.channels import parse_channels
from ..rules.settings import Settings
from ..rules.versions import schema
from ..store import (
    channels,
    commands,
    databases,
    fence,
    finish,
    load,
    pins,
    promote,
    repair,
    runners,
    settle,
    stack,
)
from ..store.databases import Kind
from .test_claim import MINUTE, NOW, ClaimCase


class LeasedCase(ClaimCase):
    def lease(self, **values):
        """Insert a job and claim it; returns the claim."""
        self.add(**values)
        [job] = self.claim(slots=1)
        return job

    def outcomes(self, job_id):
        self.env.cr.execute(
            "SELECT number, outcome, exc_name FROM queue_job_attempt"
            " WHERE job_id = %s ORDER BY number, id",
            [job_id],
        )
        return self.env.cr.fetchall()

    def assert_free(self, job_id, state):
        row = self.row(job_id)
        self.assertEqual(row["state"], state)
        self.assertIsNone(row["run_token"])
        self.assertIsNone(row["runner_id"])
        return row


@tagged("post_install", "-at_install")
class TestFinish(LeasedCase):
    def finish(self, job, **kwargs):
        kwargs = {"job_id": job.id, "run_token": job.run_token, "seconds": 1.5, **kwargs}
        return finish.finish(self.env.cr, now=NOW, **kwargs)

    def test_done(self):
        job = self.lease()
        self.assertTrue(self.finish(job, result="fine", retry=1))
        row = self.assert_free(job.id, "done")
        self.assertEqual(row["result"], "fine")
        self.assertEqual(row["exec_time"], 1.5)
        self.assertEqual(row["date_done"], NOW)
        self.assertEqual(row["date_started"], NOW - timedelta(seconds=1.5))
        self.assertEqual(self.outcomes(job.id), [], "a success at the first try leaves no history")

    def test_success_after_a_retry_is_remembered(self):
        job = self.lease()
        self.assertTrue(self.finish(job, is_retry=True))
        self.assertEqual(self.outcomes(job.id), [(1, "done", None)])

    def test_another_token_is_refused(self):
        job = self.lease()
        self.assertFalse(self.finish(job, run_token=job.run_token + 1))
        self.assertEqual(self.row(job.id)["state"], "started")

    def test_no_end_of_another_run_is_written(self):
        job = self.lease()
        another = {"run_token": job.run_token + 1, "now": NOW}
        one = {"job_id": job.id, **another}
        error = {"exc_name": "x", "exc_message": "x", "exc_info": "x"}
        cr = self.env.cr
        for name, written in (
            ("begin", lambda: finish.begin(cr, **one)),
            ("fail", lambda: settle.fail(cr, **one, **error)),
            ("cancel", lambda: settle.cancel(cr, **one, result="x")),
            ("postpone", lambda: settle.postpone(cr, **one, seconds=9, retry=9, message="x")),
            ("release", lambda: settle.release(cr, job_ids=[job.id], **another)),
            ("crash", lambda: settle.crash(cr, job_ids=[job.id], **another)),
            ("disconnect", lambda: settle.disconnect(cr, job_ids=[job.id], **another)),
        ):
            before = self.row(job.id)
            with self.subTest(end=name):
                self.assertFalse(written())
                self.assertEqual(self.row(job.id), before)
        self.assertEqual(self.outcomes(job.id), [])

    def test_the_next_member_begins_with_the_finish(self):
        for _number in range(2):
            self.add()
        first, second = self.claim(slots=1, pack=2, packable=["<res.partner>.short"])
        self.assertEqual(self.row(second.id)["state"], "enqueued")
        self.assertTrue(self.finish(first, next_id=second.id))
        self.assertEqual(self.row(second.id)["state"], "started")
        self.assertEqual(self.row(second.id)["date_started"], NOW)

    def test_begin(self):
        job = self.lease()
        self.assertTrue(finish.begin(self.env.cr, job_id=job.id, run_token=job.run_token))
        self.assertFalse(finish.begin(self.env.cr, job_id=job.id, run_token=0))

    def test_fence(self):
        job = self.lease()
        mine = {"job_id": job.id, "run_token": job.run_token}
        self.assertTrue(fence.hold(self.env.cr, **mine))
        self.assertTrue(fence.is_held(self.env.cr, **mine))
        settle.release(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        self.assertFalse(fence.hold(self.env.cr, **mine))
        self.assertFalse(fence.is_held(self.env.cr, **mine))

    def test_load_pack_leaves_out_what_is_not_ours(self):
        first, second = self.add(), self.add()
        [one, two] = self.claim(slots=2)
        rows = load.load_pack(self.env.cr, job_ids=[second, first], run_token=one.run_token)
        self.assertEqual([row["id"] for row in rows], [first])
        rows = load.load_pack(self.env.cr, job_ids=[second], run_token=two.run_token)
        self.assertEqual(rows[0]["uuid"], self.row(second)["uuid"])


@tagged("post_install", "-at_install")
class TestSettle(LeasedCase):
    def test_fail(self):
        job = self.lease(unique_key="k")
        error = {"exc_name": "E", "exc_message": "m", "exc_info": "t"}
        kwargs = {"job_id": job.id, "run_token": job.run_token, "retry": 3, **error}
        self.assertTrue(settle.fail(self.env.cr, **kwargs))
        row = self.assert_free(job.id, "failed")
        self.assertEqual({name: row[name] for name in error}, error)
        self.assertEqual(row["retry"], 3)
        self.assertEqual(self.outcomes(job.id), [(1, "failed", "E")])
        self.assertFalse(settle.fail(self.env.cr, **kwargs), "the lease is over")

    def test_postpone(self):
        job = self.lease()
        fence_of = {"job_id": job.id, "run_token": job.run_token}
        settle.postpone(self.env.cr, **fence_of, seconds=60, retry=1, message="later", now=NOW)
        row = self.assert_free(job.id, "pending")
        self.assertEqual(row["eta"], NOW + MINUTE)
        self.assertFalse(row["is_due"])
        self.assertEqual((row["retry"], row["result"]), (1, "later"))
        self.assertEqual(self.outcomes(job.id), [(1, "retry", None)])
        self.assertEqual(promote.seconds_to_next(self.env.cr, now=NOW), 60)
        self.assertEqual(promote.promote(self.env.cr, now=NOW), 0)
        self.assertEqual(promote.promote(self.env.cr, now=NOW + MINUTE), 1)
        self.assertIsNone(promote.seconds_to_next(self.env.cr, now=NOW))
        self.assertEqual(self.claim(now=NOW + MINUTE)[0].attempt, 2)

    def test_a_key_is_taken_back_only_if_it_is_free(self):
        job = self.lease(identity_key="k", unique_key="k")
        settle.release(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        self.assertEqual(self.row(job.id)["unique_key"], "k")
        [job] = self.claim(slots=1)
        twin = self.add(identity_key="k", unique_key="k")
        settle.release(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        self.assertIsNone(self.row(job.id)["unique_key"])
        self.assertEqual(self.row(twin)["unique_key"], "k")

    def test_release_counts_no_attempt(self):
        job = self.lease()
        kwargs = {"job_ids": [job.id], "run_token": job.run_token}
        self.assertEqual(settle.release(self.env.cr, **kwargs), [job.id])
        self.assertEqual(self.assert_free(job.id, "pending")["attempt"], 0)
        self.assertEqual(settle.release(self.env.cr, **kwargs), [])

    def test_cancel(self):
        job = self.lease()
        settle.cancel(self.env.cr, job_id=job.id, run_token=job.run_token, result="no", now=NOW)
        row = self.assert_free(job.id, "cancelled")
        self.assertEqual((row["result"], row["date_cancelled"]), ("no", NOW))

    def test_third_crash_in_a_row_is_the_last(self):
        self.add()
        for number in range(1, settle.MAX_CRASHES + 1):
            [job] = self.claim(slots=1)
            settle.crash(self.env.cr, job_ids=[job.id], run_token=job.run_token)
            row = self.row(job.id)
            self.assertEqual((row["crashes"], row["attempt"]), (number, number))
        self.assertEqual(row["state"], "failed")
        self.assertEqual(row["exc_name"], "JobFoundDead")
        self.assertEqual([one[1] for one in self.outcomes(job.id)], ["crashed"] * 3)

    def test_a_lost_database_is_no_crash_and_waits_longer_each_time(self):
        self.add()
        for number in range(1, settle.MAX_DISCONNECTS + 1):
            self.env.cr.execute("UPDATE queue_job SET eta = NULL, is_due = true")
            [job] = self.claim(slots=1)
            settle.disconnect(self.env.cr, job_ids=[job.id], run_token=job.run_token, now=NOW)
            row = self.row(job.id)
            self.assertEqual((row["crashes"], row["attempt"]), (0, number))
            if row["state"] == "pending":
                seconds = (row["eta"] - NOW).total_seconds()
                self.assertEqual(seconds, min(2 ** (number - 1), 60))
                self.assertFalse(row["is_due"])
        self.assertEqual((row["state"], row["exc_name"]), ("failed", "JobDisconnected"))
        self.assertEqual({one[1] for one in self.outcomes(job.id)}, {"disconnected"})

    def test_members_that_had_not_begun_did_not_lose_the_database(self):
        for _number in range(2):
            self.add()
        first, second = self.claim(slots=1, pack=2, packable=["<res.partner>.short"])
        settle.disconnect(self.env.cr, job_ids=[first.id, second.id], run_token=first.run_token)
        row = self.assert_free(second.id, "pending")
        self.assertEqual((row["attempt"], row["is_due"], row["eta"]), (0, True, None))
        self.assertEqual(self.outcomes(second.id), [])

    def test_members_that_had_not_begun_did_not_crash(self):
        for _number in range(2):
            self.add()
        first, second = self.claim(slots=1, pack=2, packable=["<res.partner>.short"])
        settle.crash(self.env.cr, job_ids=[first.id, second.id], run_token=first.run_token)
        self.assertEqual(self.row(first.id)["crashes"], 1)
        row = self.assert_free(second.id, "pending")
        self.assertEqual((row["crashes"], row["attempt"]), (0, 0))
        self.assertEqual(self.outcomes(second.id), [])

    def test_reclaim_leaves_other_runners_alone(self):
        mine = self.lease()
        other_runner = self.register(slots=1)
        self.add()
        [other] = self.claim(slots=1, runner_id=other_runner)
        settled = settle.reclaim(self.env.cr, runner_ids=[self.runner_id])
        self.assertEqual(settled, [(mine.id, "pending")])
        self.assertEqual(self.row(other.id)["state"], "started")

    def test_reclaim_expired(self):
        job = self.lease()
        self.assertEqual(settle.reclaim_expired(self.env.cr, now=NOW), [])
        late = NOW + timedelta(days=2)
        # Late is not dead: its beat may be on its way, and it would go on with its jobs.
        self.assertEqual(settle.reclaim_expired(self.env.cr, now=late), [])
        runners.bury_expired(self.env.cr, now=late)
        self.assertEqual(settle.reclaim_expired(self.env.cr, now=late), [(job.id, "pending")])

    def test_reclaim_expired_of_runners_without_a_row(self):
        job = self.lease()
        runners.unregister(self.env.cr, runner_id=self.runner_id)
        self.assertEqual(settle.reclaim_expired(self.env.cr, now=NOW), [(job.id, "pending")])

    def test_what_no_worker_has_is_given_back(self):
        for _number in range(2):
            self.add()
        held, lost = self.claim(slots=2)
        elsewhere = self.register(slots=1)
        self.env.cr.execute("UPDATE queue_job SET runner_id = NULL WHERE id = %s", [held.id])
        kwargs = {"runner_id": self.runner_id, "held": [held.run_token]}
        self.assertEqual(settle.release_unheld(self.env.cr, **kwargs), [lost.id])
        self.assertEqual(self.assert_free(lost.id, "pending")["attempt"], 0)
        kwargs = {"runner_id": elsewhere, "held": []}
        self.assertEqual(settle.release_unheld(self.env.cr, **kwargs), [])
        self.assertEqual(self.row(held.id)["state"], "started")

    def test_a_failure_ends_a_row_of_crashes(self):
        job = self.lease()
        settle.crash(self.env.cr, job_ids=[job.id], run_token=job.run_token)
        [job] = self.claim(slots=1)
        error = {"exc_name": "E", "exc_message": "m", "exc_info": "t"}
        settle.fail(self.env.cr, job_id=job.id, run_token=job.run_token, **error)
        self.assertEqual(self.row(job.id)["crashes"], 0)

    def test_errors_that_quote_what_they_have_read(self):
        job = self.lease()
        text = "bad \x00byte \udc80 é"
        error = {"exc_name": "E", "exc_message": text, "exc_info": text}
        self.assertTrue(settle.fail(self.env.cr, job_id=job.id, run_token=job.run_token, **error))
        self.assertEqual(self.row(job.id)["exc_message"], "bad byte ? é")
        self.assertEqual(self.row(job.id)["exc_info"], "bad byte ? é")

    def test_a_long_job_of_a_living_runner_is_left_alone(self):
        """However long ago it was handed over, and whatever its transaction does."""
        job = self.lease()
        # The runner's beat is a day ahead, see the class.
        for hours in (1, 12, 23):
            now = NOW + timedelta(hours=hours)
            self.assertEqual(settle.reclaim_expired(self.env.cr, now=now), [])
        self.assertEqual(self.row(job.id)["state"], "started")


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


@tagged("post_install", "-at_install")
class TestChannelSync(ClaimCase):
    def apply(self, text, **kwargs):
        settings = Settings(channels=tuple(parse_channels(text)), **kwargs)
        channel_sync.apply_settings(self.env.cr, settings)
        self.env.invalidate_all()
        return settings

    def find(self, name):
        return self.env["queue.job.channel"].search([("complete_name", "=", name)])

    def test_the_file_sets_and_pins(self):
        self.apply("root:4,a.b:1:sequential,r:9:rate=100/60:burst=5")
        self.assertEqual(self.root.capacity, 4)
        deep = self.find("root.a.b")
        self.assertEqual((deep.capacity, deep.sequential, deep.pinned), (1, True, True))
        self.assertEqual(deep.parent_id.complete_name, "root.a")
        self.assertFalse(deep.parent_id.pinned)
        rate = self.find("root.r")
        self.assertEqual((rate.rate_limit, rate.rate_period, rate.rate_burst), (100, 60, 5))

    def test_what_the_file_names_no_longer_is_free_again(self):
        self.channel("root.a", is_limited=True, capacity=7, time_limit=60)
        self.root.write({"is_limited": False})
        before = self.all_values()
        self.apply("root:4,a:1:sequential,b:2:throttle=5", channels_time_real={"root.a": 900})
        a = self.find("root.a")
        self.assertEqual((a.capacity, a.sequential, a.time_limit), (1, True, 900))
        self.assertTrue(a.pinned and a.time_limit_pinned)
        # Twice: the file's own value is not taken for the user's.
        self.apply("root:4,a:2,b:2:throttle=5", channels_time_real={"root.a": 800})
        self.assertEqual((a.capacity, a.sequential, a.time_limit), (2, False, 800))
        self.apply("root:4")
        self.assertFalse(a.pinned)
        self.assertEqual((a.capacity, a.is_limited), (7, True))
        self.apply("")
        after = self.all_values()
        self.assertEqual({name: after[name] for name in before}, before)
        # What the file alone has declared is a channel as any that was never configured.
        self.assertEqual(after["root.b"]["is_limited"], False)

    def all_values(self):
        names = ("time_limit", "paused", "pinned", "time_limit_pinned", *pins.CHANNEL_COLUMNS)
        channels = self.env["queue.job.channel"].search([])
        return {
            channel.complete_name: {name: channel[name] for name in names} for channel in channels
        }

    def test_whatever_the_file_said_the_users_values_come_back(self):
        rng = random.Random(20)
        names = ("root", "root.a", "root.b")
        for name in names[1:]:
            self.channel(name)
        own = {name: values for name, values in self.all_values().items() if name in names}
        for step in range(60):
            text, limits = self.random_file(rng, names)
            settings = self.apply(text, channels_time_real=limits)
            named = {spec.name: spec for spec in settings.channels}
            for name in names:
                channel = self.find(name)
                if rng.random() < 0.5:
                    self.edit_as_user(rng, channel, own[name])
                present = self.all_values()[name]
                expected = {**own[name], "pinned": name in named}
                if name in named:
                    for column in pins.CHANNEL_COLUMNS:
                        expected[column] = present[column]
                    self.assertEqual(present["capacity"], named[name].capacity)
                if name in limits:
                    expected.update(time_limit=limits[name], time_limit_pinned=True)
                self.assertEqual(present, expected, f"step {step}: {text} {limits}")
        self.apply("")
        self.assertEqual({name: self.all_values()[name] for name in names}, own)

    @staticmethod
    def random_file(rng, names):
        entries = [
            f"{name}:{rng.randint(1, 9)}" + rng.choice(["", ":throttle=3", ":rate=5/7"])
            for name in names
            if rng.random() < 0.5
        ]
        limits = {name: rng.randint(1, 99) for name in names if rng.random() < 0.3}
        return ",".join(entries), limits

    def edit_as_user(self, rng, channel, own):
        """Change something that may be changed, as the form would."""
        values = {"paused": rng.random() < 0.5}
        if not channel.pinned:
            values.update(is_limited=True, capacity=rng.randint(1, 9), throttle=rng.randint(0, 3))
        if not channel.time_limit_pinned:
            values["time_limit"] = rng.randint(0, 99)
        channel.write(values)
        self.env.flush_all()
        own.update(values)

    def test_a_pause_of_the_file_ends_with_it(self):
        self.channel("root.by_hand")
        self.find("root.by_hand").paused = True
        self.env.flush_all()
        self.apply("a:1:paused,by_hand:1:paused,resumed:1:paused")
        self.assertTrue(self.find("root.a").paused)
        # The operator's word counts from here on.
        self.find("root.resumed").button_resume()
        self.env.flush_all()
        self.apply("a:1,by_hand:1,resumed:1")
        self.assertFalse(self.find("root.a").paused)
        self.assertTrue(self.find("root.by_hand").paused)
        self.assertFalse(self.find("root.resumed").paused)
        self.apply("a:1:paused")
        self.find("root.a").button_resume()
        self.find("root.a").button_pause()
        self.env.flush_all()
        self.apply("")
        self.assertTrue(self.find("root.a").paused)

    def test_data_files_of_modules_do_not_fight_the_file(self):
        self.channel("root.a", is_limited=True, capacity=7)
        self.apply("a:1", channels_time_real={"root.a": 900})
        channel = self.find("root.a")
        with self.assertRaises(UserError):
            channel.write({"capacity": 3})
        with self.assertRaises(UserError):
            channel.write({"time_limit": 3})
        with self.assertRaises(UserError):
            channel.unlink()
        values = {"capacity": "3", "time_limit": 5, "removal_interval": 8}
        channel.with_context(install_mode=True).write(values)
        self.env.flush_all()
        self.assertEqual((channel.capacity, channel.time_limit), (1, 900))
        self.assertEqual(channel.removal_interval, 8)
        self.apply("")
        self.assertEqual((channel.capacity, channel.time_limit), (3, 5))

    def test_a_server_without_channels_has_no_say_beside_another(self):
        self.apply("root:4")
        self.register(slots=1)
        self.env.cr.execute(
            "UPDATE queue_job_runner SET date_beat = clock_timestamp() AT TIME ZONE 'UTC'"
        )
        self.apply("")
        self.assertTrue(self.root.pinned)

    def test_a_pause_survives_a_restart(self):
        self.apply("root:4,a:1")
        self.find("root.a").paused = True
        self.env.flush_all()
        self.apply("root:4,a:1")
        self.assertTrue(self.find("root.a").paused)

    def test_limits(self):
        settings = self.apply("root:4", channels_time_real={"root": 60, "root.a": 600})
        tree = channel_sync.load(self.env.cr, settings)
        self.assertEqual(tree.limit("root.other", None), 60)
        self.assertEqual(tree.limit("root.a.b", None), 600)
        self.assertEqual(tree.limit("root.a.b", 5), 5)
        bounded = channel_sync.Tree(tree.time_limits, limit_time_real=100)
        self.assertEqual(bounded.limit("root.a", None), 100)
        self.assertEqual(bounded.limit("root.a", 999), 100)
        self.assertEqual(channel_sync.Tree({}).limit("root", None), 0)


@tagged("post_install", "-at_install")
class TestDatabases(ClaimCase):
    def test_ready(self):
        self.assertIsNone(self.obstacle())

    def obstacle(self, **kwargs):
        return databases.why_not_ready(self.env.cr, **kwargs)

    def module(self, name, **values):
        for column, value in values.items():
            self.env.cr.execute(
                f"UPDATE ir_module_module SET {column} = %s WHERE name = %s", [value, name]
            )

    def test_nothing_runs_where_nothing_can_be_written(self):
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            self.assertIs(databases.why_not_ready(cr).kind, Kind.READ_ONLY)

    def test_nothing_runs_while_modules_change(self):
        for state in ("to install", "to upgrade", "to remove"):
            self.module("mail", state=state)
            self.assertIs(self.obstacle().kind, Kind.CHANGING)
            self.assertIn("mail", str(self.obstacle()))
        self.module("mail", state="installed")
        self.module("queue_job", state="to upgrade")
        self.assertIs(self.obstacle().kind, Kind.CHANGING)

    def test_nothing_runs_without_the_addon(self):
        for state in ("uninstalled", "uninstallable", "to install"):
            self.module("queue_job", state=state)
            self.assertIs(self.obstacle().kind, Kind.ABSENT)

    def test_nothing_runs_on_older_code_of_ours(self):
        self.module("queue_job", latest_version="19.0.999.0.0")
        self.assertIs(self.obstacle().kind, Kind.OLDER_CODE)
        self.assertIn("update the code", str(self.obstacle()))

    def test_nothing_runs_on_older_code_of_any_module(self):
        versions = {"mail": "19.0.1.0.0", "web": "19.0.2.0.0"}
        self.module("mail", latest_version="19.0.1.0.0")
        self.module("web", latest_version="19.0.1.9.0")
        self.assertIsNone(self.obstacle(version_of=versions.get))
        self.module("mail", latest_version="19.0.1.0.1")
        self.assertIs(self.obstacle(version_of=versions.get).kind, Kind.OLDER_CODE)
        self.assertIn("mail is of version 19.0.1.0.1", str(self.obstacle(version_of=versions.get)))

    def test_versions_of_the_code_are_odoos(self):
        self.assertIsNone(self.obstacle(version_of=readiness.version_of))
        self.assertIsNone(readiness.version_of("no_such_module"))
        self.assertEqual(readiness.version_of("queue_job"), databases.code_version())

    def test_nothing_runs_on_older_tables_of_ours(self):
        for version in ("19.0.2.4.0", "19.0.0.0.0"):
            self.module("queue_job", latest_version=version)
            self.assertIs(self.obstacle().kind, Kind.OLDER_DATABASE)
        # A patch of ours changes no table.
        self.module("queue_job", latest_version=f"{schema(databases.code_version())}.0")
        self.assertIsNone(self.obstacle())

    def test_who_is_alive_and_what_stands_still(self):
        self.assertEqual(databases.living_runners(self.env.cr, lease_seconds=15), 1)
        self.channel("root.stopped", is_limited=True, capacity=0)
        self.channel("root.paused", paused=True)
        self.assertEqual(databases.stopped_channels(self.env.cr), ["root.paused", "root.stopped"])

    @mute_logger("odoo.sql_db")
    def test_terminate_backend_spares_younger_sessions(self):
        self.env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = self.env.cr.fetchone()
        # This session began after a job of a year ago: a pid that was used again.
        year = 365 * 24 * 3600.0
        self.assertFalse(databases.terminate_backend(self.env.cr, backend_pid=pid, seconds=year))

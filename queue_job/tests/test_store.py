# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The statements by which jobs end, are taken back and are mended."""

from datetime import timedelta

from odoo.tests import tagged

from ..store import fence, finish, load, promote, runners, settle
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

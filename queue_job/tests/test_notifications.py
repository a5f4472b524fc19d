# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who hears of the ends of jobs, and how often."""

import json
from datetime import datetime, timedelta

from odoo.tests import TransactionCase, new_test_user, tagged

from ..store import notices
from .common import run_jobs

FUNCTION = "<queue.job>._test_job"


class NotificationCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.function = cls.env.ref("queue_job.job_function_queue_job__test_job")
        groups = "queue_job.group_queue_job"
        cls.user = new_test_user(cls.env, "told_user", f"{groups}_user")
        cls.manager = new_test_user(cls.env, "told_manager", f"{groups}_manager")

    def delay(self, user=None, **kwargs):
        jobs = self.env["queue.job"].with_user(user or self.env.user)
        return jobs.with_delay(max_retries=1)._test_job(**kwargs).db_record()

    def fail(self, user=None, **values):
        job = self.delay(user)
        job.write({"state": "failed", **values})
        return job

    def bodies(self, job):
        messages = job.message_ids.filtered(lambda each: each.body)
        return [str(each.body) for each in messages]


@tagged("post_install", "-at_install")
class TestReason(NotificationCase):
    VALUES = {"exc_name": "odoo.exceptions.UserError", "exc_message": "No price\n of 3."}

    def test_the_reason_is_told(self):
        [body] = self.bodies(self.fail(self.manager, **self.VALUES))
        self.assertIn("has failed: UserError: No price of 3. Its page", body)

    def test_a_long_one_is_shortened(self):
        [body] = self.bodies(self.fail(self.manager, exc_name="E", exc_message="x" * 9999))
        self.assertLess(len(body), 600)

    def test_without_a_reason(self):
        [body] = self.bodies(self.fail(self.manager))
        self.assertIn("The job has failed. ", body)

    def test_not_the_text_where_somebody_reads_who_may_not_see_errors(self):
        [body] = self.bodies(self.fail(self.user, **self.VALUES))
        self.assertIn("has failed: UserError. Its page", body)
        self.assertNotIn("No price", body)
        # A follower from outside.
        job = self.delay(self.manager)
        job.message_subscribe(self.env["res.partner"].create({"name": "Somebody"}).ids)
        job.write({"state": "failed", **self.VALUES})
        self.assertNotIn("No price", str(self.bodies(job)))

    def test_a_user_who_does_not_follow_reads_own_jobs_too(self):
        self.patch(self.registry["queue.job"], "_subscribe_job_creator", lambda job: False)
        job = self.fail(self.user, **self.VALUES)
        self.assertNotIn(self.user.partner_id, job.message_partner_ids)
        self.assertNotIn("No price", str(self.bodies(job)))


@tagged("post_install", "-at_install")
class TestDigest(NotificationCase):
    def test_after_some_failures_one_message_for_all(self):
        self.function.digest_after = 3
        jobs = [self.fail() for _ in range(5)]
        said = [self.bodies(job) for job in jobs]
        self.assertEqual([len(bodies) for bodies in said], [1, 1, 1, 0, 0])
        self.assertNotIn("no further failure", said[1][0])
        self.assertIn("no further failure", said[2][0])
        self.assertIn("_test_job", said[2][0])

    def test_zero_tells_of_each(self):
        self.function.digest_after = 0
        jobs = [self.fail() for _ in range(12)]
        self.assertTrue(all(map(self.bodies, jobs)))

    def test_functions_that_nobody_set_up_have_a_digest_too(self):
        self.assertEqual(self.function.digest_after, 10)
        limits = self.env["queue.job.function"].job_limits("<res.partner>.unheard_of")
        self.assertEqual((limits.digest_after, limits.notify_user), (10, False))

    def note(self, hour, function="f", limit=3):
        return notices.note(self.env.cr, function=function, limit=limit, now=hour)

    def test_hours(self):
        first = datetime(2026, 1, 1, 10, 59)
        second, third = first + timedelta(minutes=1), first + timedelta(minutes=61)
        heard = [self.note(first) for _ in range(4)]
        self.assertEqual(heard, ["each", "each", "digest", "nothing"])
        # It goes on: the next hour begins with the message for all.
        self.assertEqual([self.note(second) for _ in range(2)], ["digest", "nothing"])
        self.assertEqual(self.note(second, function="g"), "each")
        # After an hour of quiet it is as at first.
        later = third + timedelta(hours=1)
        self.assertEqual([self.note(later) for _ in range(2)], ["each", "each"])

    def test_of_two_workers_one_tells(self):
        """One does not see yet what the other has just committed."""
        now = datetime(2026, 1, 1, 10)
        self.assertEqual(self.note(now, limit=1), "digest")

        class Stale:
            def __init__(self, cr):
                self.cr = cr

            def execute(self, *args, **kwargs):
                self.cr.execute(*args, **kwargs)

            def fetchone(self):
                return 0, False, False

        stale = Stale(self.env.cr)
        self.assertEqual(notices.note(stale, function="f", limit=1, now=now), "nothing")
        self.env.cr.execute("SELECT count(*) FROM queue_job_notice WHERE function = 'f'")
        self.assertEqual(self.env.cr.fetchone(), (1,))

    def test_old_notices_go(self):
        now = datetime(2026, 1, 1, 10)
        self.note(now)
        notices.forget_old(self.env.cr, now=now + timedelta(hours=1))
        self.assertEqual(self.env["queue.job.notice"].search_count([("function", "=", "f")]), 1)
        self.env["queue.job.notice"]._gc_notices()
        self.assertEqual(self.env["queue.job.notice"].search_count([("function", "=", "f")]), 0)


@tagged("post_install", "-at_install")
class TestRequester(NotificationCase):
    def sent(self):
        """What browsers of the user are told at the commit."""
        self.env["bus.bus"].search([]).unlink()
        run_jobs(self.env)
        self.env.cr.precommit.run()
        channel = ["res.partner", self.user.partner_id.id]
        return [
            json.loads(each.message)["payload"]
            for each in self.env["bus.bus"].search([])
            if json.loads(each.channel)[1:] == channel
            and json.loads(each.message)["type"] == "simple_notification"
        ]

    def test_who_asked_is_told_if_the_function_says_so(self):
        self.delay(self.user)
        self.assertEqual(self.sent(), [])
        self.function.notify_user = True
        self.delay(self.user)
        [notice] = self.sent()
        self.assertEqual((notice["type"], notice["title"]), ("success", "Job done"))
        self.assertFalse(notice["sticky"])

    def test_of_failures_too(self):
        self.function.notify_user = True
        self.function.digest_after = 1
        for _ in range(2):
            self.delay(self.user, failure_rate=1)
            [notice] = self.sent()
            self.assertEqual((notice["type"], notice["title"]), ("danger", "Job failed"))
            self.assertTrue(notice["sticky"])

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a job's form tells of its runs."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models import queue_job_timeline
from .common import run_jobs


@tagged("post_install", "-at_install")
class TestTimeline(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now().replace(microsecond=0)
        cls.job = cls.env["queue.job"].with_delay()._test_job().db_record()

    def at(self, seconds):
        return self.now + timedelta(seconds=seconds)

    def edit(self, **values):
        job = self.job.with_context(_job_edit_sentinel=self.job.EDIT_SENTINEL, _job_told_later=True)
        job.write(values)
        self.env.flush_all()
        self.env.invalidate_all()

    def attempt(self, number, start, end, outcome, **values):
        self.env["queue.job.attempt"].create(
            {
                "job_id": self.job.id,
                "number": number,
                "date_start": self.at(start),
                "date_end": self.at(end),
                "outcome": outcome,
                "runner_name": "host",
                **values,
            }
        )

    def test_a_job_that_has_not_run(self):
        self.assertEqual(self.job.timeline["runs"], [])
        self.assertFalse(self.env["queue.job"].new({}).timeline)

    def test_a_job_that_went_well_at_once(self):
        run_jobs(self.env)
        [run] = self.job.timeline["runs"]
        self.assertEqual((run["outcome"], run["label"], run["number"]), ("done", "Done", 1))
        self.assertGreaterEqual(run["seconds"], 0)

    def test_the_latest_lines_of_the_log(self):
        self.assertFalse(self.job.log_tail)
        self.assertFalse(self.env["queue.job"].new({}).log_tail)
        lines = [
            {
                "job_id": self.job.id,
                "run_token": token,
                "number": number,
                "date": self.now,
                "level": "INFO",
                "message": f"{token}-{number} " + "x" * 2000,
            }
            for token, count in ((1, 3), (2, 150))
            for number in range(1, count + 1)
        ]
        self.env["queue.job.log"].sudo().create(lines)
        self.env.invalidate_all()
        tail = self.job.log_tail
        # Of the run in progress, the newest first; not so much that it can't be sent often.
        self.assertEqual([line["number"] for line in tail], list(range(150, 50, -1)))
        self.assertTrue(tail[0]["message"].startswith("2-150 xxx"))
        self.assertEqual({len(line["message"]) for line in tail}, {1000})
        self.assertEqual(tail[0]["date"], fields.Datetime.to_string(self.now))
        manager = new_test_user(
            self.env, "log_manager", groups="base.group_user,queue_job.group_queue_job_manager"
        )
        self.env.ref("queue_job.group_queue_job_manager").implied_ids -= self.env.ref(
            "queue_job.group_queue_job_payload"
        )
        job = self.job.with_user(manager)
        job.invalidate_recordset()
        self.assertEqual({line["message"] for line in job.log_tail}, {""})

    def test_attempts_with_what_they_waited_for(self):
        self.attempt(1, 10, 12, "retry", exc_name="Busy", exc_message="later", worker_pid=7)
        self.attempt(2, 72, 75, "failed", exc_name="ValueError", exc_message="no")
        self.edit(date_created=self.now, date_started=self.at(72), state="failed", eta=self.at(72))
        first, second = self.job.timeline["runs"]
        self.assertEqual((first["seconds"], first["waited"]), (2, 10))
        self.assertEqual((second["seconds"], second["waited"]), (3, 60))
        self.assertEqual((first["error"], first["message"]), ("Busy", "later"))
        self.assertEqual((first["server"], first["pid"]), ("host", 7))
        self.assertEqual(first["label"], "To Be Tried Again")

    def test_of_many_attempts_the_last_ones(self):
        self.patch(queue_job_timeline, "_MAX_RUNS", 2)
        for number in (1, 2, 3):
            self.attempt(number, number, number, "retry")
        timeline = self.job.timeline
        self.assertEqual([run["number"] for run in timeline["runs"]], [2, 3])
        self.assertEqual(timeline["hidden"], 1)

    def test_a_running_job(self):
        self.attempt(1, -100, -90, "retry")
        self.env["queue.job.progress"].create(
            {"job_id": self.job.id, "done": 2, "total": 8, "message": "half of a half"}
        )
        self.edit(state="started", date_started=self.at(-5), attempt=2, worker_pid=9)
        run = self.job.timeline["runs"][-1]
        self.assertEqual((run["outcome"], run["number"], run["pid"]), ("running", 2, 9))
        self.assertGreaterEqual(run["seconds"], 5)
        self.assertEqual(run["waited"], 85)
        self.assertEqual(run["progress"], {"done": 2, "total": 8, "message": "half of a half"})

    def test_the_limit_is_the_nearest_one(self):
        self.edit(state="started", date_started=self.now)

        def limit():
            self.env.flush_all()
            self.env.invalidate_all()
            return self.job.timeline["runs"][-1]["limit"]

        self.assertFalse(limit())
        channel = self.env.ref("queue_job.channel_root")
        channel.time_limit = 900
        self.assertEqual(limit(), 900)
        self.job.job_function_id.time_limit = 600
        self.assertEqual(limit(), 600)
        self.edit(time_limit=30.0)
        self.assertEqual(limit(), 30)

    def test_texts_of_errors_are_for_those_who_may_see_them(self):
        self.attempt(1, 0, 1, "failed", exc_name="ValueError", exc_message="secret")
        user = new_test_user(self.env, "timeline_user", "queue_job.group_queue_job_user")
        self.edit(user_id=user.id)
        [run] = self.job.with_user(user).timeline["runs"]
        self.assertEqual((run["error"], run["message"]), ("ValueError", False))
        user.group_ids = [Command.link(self.env.ref("queue_job.group_queue_job_manager").id)]
        self.env.invalidate_all()
        [run] = self.job.with_user(user).timeline["runs"]
        self.assertEqual(run["message"], "secret")

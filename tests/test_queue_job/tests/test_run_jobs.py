# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import datetime, timedelta

from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.tests.common import run_jobs

from .common import JobCase


class TestRunJobs(JobCase):
    def test_runs_by_priority(self):
        self.record.with_delay(priority=20).append("c")
        self.record.with_delay(priority=1).append("b")
        self.assertEqual(run_jobs(self.env), 2)
        self.assertEqual(self.record.name, "abc")
        self.assertEqual(run_jobs(self.env), 0)

    def test_ends_as_in_a_server(self):
        job = self.record.with_user(self.user).with_delay(identity_key="k").append("b")
        run_jobs(self.env)
        record = job.db_record()
        self.assertRecordValues(
            record,
            [
                {
                    "state": "done",
                    "result": str(self.record),
                    "attempt": 1,
                    "retry": 1,
                    "run_token": 0,
                    "unique_key": False,
                }
            ],
        )
        self.assertTrue(record.date_started and record.date_done)

    def test_identity_of_the_job(self):
        job = self.record.with_user(self.user).with_context(tz="UTC").with_delay().look_around()
        run_jobs(self.env)
        uid, su, _context = job.db_record().result.split(" ", 2)
        self.assertEqual((uid, su), (str(self.user.id), "False"))

    def test_failure(self):
        job = self.record.with_delay().break_down()
        run_jobs(self.env)
        record = job.db_record()
        self.assertRecordValues(
            record, [{"state": "failed", "exc_name": "ZeroDivisionError", "exc_message": "oh"}]
        )
        self.assertIn("break_down", record.exc_info)
        self.assertTrue(record.message_ids)

    def test_nothing_to_do_undoes_its_work(self):
        job = self.record.with_delay().nothing_to_do("all is there")
        run_jobs(self.env)
        self.assertEqual(self.record.name, "a")
        self.assertRecordValues(job.db_record(), [{"state": "done", "result": "all is there"}])

    def test_on_fail(self):
        job = self.record.with_delay().configured()
        self.patch(type(self.record), "configured", lambda record: record.break_down())
        run_jobs(self.env)
        self.assertEqual(job.db_record().state, "failed")
        self.assertEqual(self.record.failure, "ZeroDivisionError: oh")

    def test_retry_at_its_time(self):
        job = self.record.with_delay(max_retries=2).retry_later(seconds=60)
        self.assertEqual(run_jobs(self.env), 1)
        record = job.db_record()
        self.assertRecordValues(record, [{"state": "pending", "retry": 1, "result": "later"}])
        self.assertEqual(run_jobs(self.env), 0)
        later = datetime.now() + timedelta(seconds=120)
        self.assertEqual(run_jobs(self.env, now=later), 1)
        self.assertEqual(record.state, "failed")

    def test_eta(self):
        self.record.with_delay(eta=3600).append("b")
        self.assertEqual(run_jobs(self.env), 0)
        self.assertEqual(run_jobs(self.env, now=datetime.now() + timedelta(hours=2)), 1)

    def test_graph(self):
        names = [self.record.delayable().append(name) for name in "bcde"]
        chain(names[0], group(names[1], names[2]), names[3]).delay()
        self.assertEqual(run_jobs(self.env), 4)
        self.assertIn(self.record.name, ("abcde", "abdce"))
        self.assertEqual(names[3]._generated_job.db_record().state, "done")

    def test_jobs_of_jobs(self):
        self.record.with_delay().delay_another("b")
        self.assertEqual(run_jobs(self.env), 2)

    def test_unknown_channel(self):
        self.record.with_delay(channel="root.brand.new").append("b")
        self.assertEqual(run_jobs(self.env), 1)

    def test_paused_channel(self):
        self.env.ref("test_queue_job.channel_sub").paused = True
        self.record.with_delay().configured()
        self.assertEqual(run_jobs(self.env), 0)

    def test_limit(self):
        for _number in range(3):
            self.record.with_delay().append("b")
        self.assertEqual(run_jobs(self.env, limit=2), 2)

    def test_a_job_that_can_not_be_loaded(self):
        job = self.record.with_delay().append("b")
        self.env.cr.execute("UPDATE queue_job SET model_name = 'gone.model'")
        run_jobs(self.env)
        record = job.db_record()
        self.env.invalidate_all()
        self.assertEqual(record.state, "failed")
        self.assertIn("gone.model", record.exc_message)

    def test_results_of_parents(self):
        parents = [self.record.delayable().give_back(name) for name in "bc"]
        child = self.record.delayable().no_docstring()
        chain(group(*parents), child).delay()
        run_jobs(self.env)
        results = child._generated_job.parent_results()
        self.assertEqual(set(results.values()), {"(('b',), {})", "(('c',), {})"})

    def test_a_function_may_refuse_superuser_rights(self):
        self.env["queue.job.function"].create(
            {"name": "<test.queue.job>.look_around", "refuse_superuser": True}
        )
        record = self.record.with_user(self.user)
        refused, allowed = (each.with_delay().look_around() for each in (record.sudo(), record))
        run_jobs(self.env)
        self.assertRecordValues(
            refused.db_record() | allowed.db_record(),
            [
                {
                    "state": "failed",
                    "exc_name": "odoo.addons.queue_job.exception.NotAllowedJobError",
                    "su": True,
                },
                {"state": "done", "exc_name": False, "su": False},
            ],
        )
        self.assertIn("superuser rights", refused.db_record().exc_message)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import date, datetime, timedelta
from uuid import UUID

from odoo.tools.translate import LazyTranslate

from odoo.addons.base.models.res_company import ResCompany
from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.exception import NoSuchJobError, NotReadableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.store.load import load_one, load_pack

from .common import JobCase

_lt = LazyTranslate(__name__)


class TestJobStore(JobCase):
    def test_store_and_load(self):
        eta = datetime.now().replace(microsecond=0) + timedelta(hours=1)
        records = self.record.with_user(self.user).with_context(lang="en_US", tz="UTC", no=1)
        job = Job(
            records.append,
            args=("b", self.record),
            kwargs={"times": eta},
            priority=3,
            eta=eta,
            max_retries=7,
            description="Mine",
            channel="root.x",
            identity_key="key",
            timeout=12.5,
            concurrency_key="one",
        )
        job.store()
        loaded = self.reload(job)
        self.assertIsNot(loaded, job)
        for name in (
            *("uuid", "priority", "eta", "max_retries", "description", "channel", "identity_key"),
            *("state", "retry", "date_created", "model_name", "method_name", "user_id", "args"),
            *("kwargs", "company_id", "graph_uuid", "timeout", "concurrency_key", "func_string"),
        ):
            with self.subTest(name=name):
                self.assertEqual(getattr(loaded, name), getattr(job, name))
        self.assertEqual(loaded.recordset, self.record)
        self.assertEqual(loaded.env.uid, self.user.id)
        self.assertFalse(loaded.env.su)
        self.assertEqual(loaded.env.context["tz"], "UTC")
        self.assertNotIn("no", loaded.env.context)

    def test_the_record(self):
        job = self.record.with_user(self.user).with_delay(priority=3).append("b", times=2)
        record = job.db_record()
        self.assertEqual(Job.db_record_from_uuid(self.env, job.uuid), record)
        self.assertTrue(record.env.su)
        self.assertRecordValues(
            record,
            [
                {
                    "uuid": job.uuid,
                    "state": "pending",
                    "user_id": self.user.id,
                    "company_id": self.env.company.id,
                    "name": "Append to the name",
                    "model_name": "test.queue.job",
                    "method_name": "append",
                    "channel_method_name": "<test.queue.job>.append",
                    "func_string": f"{self.record!r}.append('b', times=2)",
                    "channel": "root",
                    "priority": 3,
                    "retry": 0,
                    "max_retries": 5,
                    "attempt": 0,
                    "crashes": 0,
                    "is_due": True,
                    "su": False,
                    "payload_format": 2,
                    "eta": False,
                    "result": False,
                    "exc_name": False,
                    "graph_uuid": False,
                    "identity_key": False,
                    "unique_key": False,
                    "run_token": 0,
                }
            ],
        )
        self.assertEqual(record.records, self.record)
        self.assertEqual(record.records.env.uid, self.user.id)
        self.assertEqual((record.args, record.kwargs), (["b"], {"times": 2}))
        self.assertEqual(record.date_created, job.date_created)

    def test_values_that_the_fields_would_convert(self):
        for given, stored in (
            ({"description": _lt("A job")}, {"name": "A job"}),
            ({"description": 7}, {"name": "7"}),
            ({"priority": "7"}, {"priority": 7}),
            ({"priority": False}, {"priority": 0}),
            ({"max_retries": False}, {"max_retries": 0}),
            ({"max_retries": "7"}, {"max_retries": 7}),
            ({"identity_key": 7}, {"identity_key": "7"}),
            ({"identity_key": lambda job: ("a", 7)}, {"identity_key": "('a', 7)"}),
            ({"identity_key": UUID(int=7)}, {"identity_key": str(UUID(int=7))}),
            ({"eta": "2040-01-02 03:04:05"}, {"eta": datetime(2040, 1, 2, 3, 4, 5)}),
            ({"eta": date(2040, 1, 2)}, {"eta": datetime(2040, 1, 2)}),
        ):
            with self.subTest(given=given):
                job = self.record.with_delay(**given).append("b")
                self.assertRecordValues(job.db_record(), [stored])
                other = self.record.delayable(description="another", eta=3600).append("c")
                group(self.record.delayable(**given).append("b"), other).delay()

    def test_a_number_as_identity_key(self):
        jobs = [self.record.with_delay(identity_key=7).append("b") for _time in range(2)]
        self.assertEqual(jobs[0], jobs[1])

    def test_fractions_of_a_second(self):
        before = datetime.now()
        job = self.record.with_delay(eta=0.25).append("b")
        waits = timedelta(seconds=0.25)
        self.assertLessEqual(before + waits, job.eta)
        self.assertLessEqual(job.eta, datetime.now() + waits)

    def test_company_record_in_the_context(self):
        company = self.env.company
        job = self.record.with_context(company_id=company).with_delay().append("b")
        self.assertEqual(job.db_record().company_id, company)

    def test_the_row_is_there_at_once(self):
        before = self.env["queue.job"].search_count([])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.record.with_delay().append("b")
            self.assertEqual(self.env["queue.job"].search_count([]), before + 1)
            raise ZeroDivisionError
        self.assertEqual(self.env["queue.job"].search_count([]), before)

    def test_enqueueing_flushes_nothing_else(self):
        self.record.name = "dirty"
        self.record.with_delay().append("b")
        self.assertTrue(self.env._field_dirty.get(self.record._fields["name"]))

    def test_superuser_mode_is_kept_in_its_column(self):
        for record, su in (
            (self.record.with_user(self.user), False),
            (self.record.with_user(self.user).sudo(), True),
        ):
            job = record.with_delay().look_around()
            self.assertEqual(job.db_record().su, su)
            loaded = self.reload(job)
            self.assertEqual((loaded.env.uid, loaded.env.su), (self.user.id, su))

    def test_later_jobs_are_parked(self):
        soon, late, past = (
            self.record.with_delay(eta=eta).append("b").db_record()
            for eta in (None, 3600, datetime.now() - timedelta(hours=1))
        )
        self.assertEqual([soon.is_due, late.is_due, past.is_due], [True, False, True])

    def test_store_again_writes(self):
        job = Job(self.method)
        job.store()
        job.set_failed(exc_name="E", exc_message="m", exc_info="i")
        job.store()
        loaded = self.reload(job)
        self.assertEqual(
            (loaded.state, loaded.exc_name, loaded.exc_message, loaded.exc_info),
            ("failed", "E", "m", "i"),
        )
        loaded.store()
        self.assertEqual(job.db_record().exc_message, "m")
        self.assertEqual(len(job.db_record()), 1)

    def test_store_with_a_known_uuid_writes(self):
        job = Job(self.method)
        job.store()
        same = Job(self.method, job_uuid=job.uuid, priority=1)
        same.store()
        self.assertEqual(job.db_record().priority, 1)

    def test_store_with_a_new_uuid_adds(self):
        Job(self.method, job_uuid="my-own").store()
        self.assertEqual(Job.load(self.env, "my-own").uuid, "my-own")

    def test_result_is_text(self):
        job = Job(self.method, args=("b",))
        job.perform()
        job.set_done()
        job.store()
        self.assertEqual(job.db_record().result, str(self.record))

    def test_load_many(self):
        jobs = [self.record.with_delay().append("b") for _number in range(3)]
        loaded = Job.load_many(self.env, [job.uuid for job in jobs[:2]] + ["missing"])
        self.assertEqual(loaded, set(jobs[:2]))
        self.assertEqual(Job.load_many(self.env, []), set())

    def test_load_missing(self):
        with self.assertRaises(NoSuchJobError):
            Job.load(self.env, "missing")
        self.assertFalse(Job.db_records_from_uuids(self.env, ["missing"]))
        self.assertFalse(Job(self.method).db_record())

    def test_load_sees_what_is_not_flushed(self):
        job = self.record.with_delay().append("b")
        job.db_record().priority = 99
        self.assertEqual(self.reload(job).priority, 99)

    def test_job_of_a_lost_model_or_method(self):
        for column, value in (("model_name", "gone.model"), ("method_name", "gone_method")):
            job = self.record.with_delay().append("b")
            self.env.cr.execute(f"UPDATE queue_job SET {column} = %s", [value])
            with self.subTest(column=column), self.assertRaisesRegex(NotReadableJobError, value):
                self.reload(job)
            self.env.cr.execute("DELETE FROM queue_job")

    def test_job_of_a_deleted_user(self):
        ways = {
            "by the ORM": lambda user: user.unlink(),
            # As nothing in the database forbids it.
            "by SQL": lambda user: self.env.cr.execute(
                "DELETE FROM res_users WHERE id = %s", [user.id]
            ),
        }
        for way, delete in ways.items():
            user = self.user.copy({"login": way})
            job = self.record.with_user(user).with_delay().append("b")
            self.assertEqual(self.reload(job).user_id, user.id)
            delete(user)
            self.env.invalidate_all()
            with self.subTest(way), self.assertRaisesRegex(NotReadableJobError, "user"):
                self.reload(job)
            # And as a worker reads it.
            self.env.cr.execute(
                "UPDATE queue_job SET run_token = 7 WHERE uuid = %s RETURNING id", [job.uuid]
            )
            [job_id] = self.env.cr.fetchone()
            [row] = load_pack(self.env.cr, job_ids=[job_id], run_token=7)
            with self.subTest(way), self.assertRaisesRegex(NotReadableJobError, "user"):
                Job._from_row(self.env, row)
            self.assertEqual(load_one(self.env.cr, job_id=job_id), row)
            self.env.cr.execute("UPDATE queue_job SET run_token = NULL")

    def test_what_is_deleted_is_no_more_referred_to(self):
        # Other addons hold on to a company that was theirs for a moment; this is about ours.
        self.patch(ResCompany, "unlink", lambda companies: True)
        company = self.env["res.company"].create({"name": "Gone"})
        function = self.env["queue.job.function"].create(
            {
                "model_id": self.env["ir.model"]._get(self.record._name).id,
                "method": "append",
            }
        )
        user = self.user.copy({"login": "gone"})
        job = self.record.with_user(user).with_context(company_id=company.id).with_delay()
        row = job.append("b").db_record()
        kept = self.record.with_delay().append("c").db_record()
        referred = {"user_id": user, "company_id": company, "job_function_id": function}
        for name, record in referred.items():
            with self.subTest(name):
                self.assertEqual(row[name], record)
                others = kept[name]
                record.unlink()
                self.assertFalse(row[name])
                if name != "job_function_id":
                    self.assertEqual(kept[name], others)
                    self.assertTrue(others)

    def test_functions_that_go_with_their_model(self):
        model = self.env["ir.model"].create({"name": "Gone", "model": "x_gone"})
        function = self.env["queue.job.function"].create({"model_id": model.id, "method": "read"})
        jobs = [self.record.with_delay().append(text).db_record() for text in "bc"]
        jobs[0].with_context(_job_edit_sentinel=jobs[0].EDIT_SENTINEL).job_function_id = function
        kept = jobs[1].job_function_id
        model.unlink()
        self.env.invalidate_all()
        self.assertFalse(function.exists())
        self.assertFalse(jobs[0].job_function_id)
        self.assertEqual(jobs[1].job_function_id, kept)
        # The list of jobs still opens.
        self.assertTrue(jobs[0].web_read({"job_function_id": {"fields": {"display_name": {}}}}))

    def test_a_new_job_locks_nothing_that_it_refers_to(self):
        self.env.cr.execute(
            """
            SELECT conname FROM pg_constraint
             WHERE conrelid = 'queue_job'::regclass AND contype = 'f'
               AND conname ~ '^queue_job_(user|company|job_function|runner)_id_fkey$'
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    def test_hooks(self):
        job = self.record.with_delay().append("b")
        record = job.db_record()
        self.assertEqual((record.test_hook, record.test_other), ("generic append", "generic"))
        self.assertEqual(record.state, "pending")
        job = self.record.with_delay().give_back()
        record = job.db_record()
        self.assertEqual((record.test_hook, record.test_other), ("specific 0", "generic"))
        self.assertEqual(record.test_user_id, self.env.user)
        self.assertEqual(record.test_partner_ids, self.env.company.partner_id)
        job.retry = 2
        job.store()
        self.assertEqual(record.test_hook, "specific 2")

    def test_store_values(self):
        job = Job(self.method, args=("b",))
        values = job._store_values(create=True)
        self.assertEqual((values["args"], values["records"]), (("b",), self.record))
        self.assertEqual(values["test_hook"], "generic append")
        self.assertNotIn("args", job._store_values())
        self.assertEqual(set(job._store_values_from_model()), {"test_hook", "test_other", "state"})

    def test_long_calls_are_cut_for_the_reader_only(self):
        job = self.record.with_delay().append("b" * 50_000)
        self.assertLess(len(job.db_record().func_string), 11_000)
        self.assertEqual(self.reload(job).args, ("b" * 50_000,))

    def test_related_action(self):
        job = Job(self.record.configured)
        job.store()
        self.assertEqual(job.related_action()["url"], f"{job.uuid}-5")
        job = Job(self.record.without_action)
        job.store()
        self.assertIsNone(job.related_action())
        job = Job(self.record.append)
        job.store()
        self.assertEqual(job.related_action()["res_id"], self.record.id)
        job.job_config = job.job_config._replace(related_action_func_name=5)
        with self.assertRaises(ValueError):
            job.related_action()

    def test_many_in_few_statements(self):
        self.record.with_delay().append("warm up")
        delayables = [self.record.delayable(priority=n).append("b") for n in range(50)]
        with self.assertQueryCount(1):
            jobs = self.env["queue.job"].delay_many(delayables)
        self.assertEqual([job.priority for job in jobs], list(range(50)))
        records = Job.db_records_from_uuids(self.env, [job.uuid for job in jobs])
        self.assertEqual(len(records), 50)
        self.assertFalse(any(records.mapped("graph_uuid")))
        with self.assertRaises(TypeError):
            self.env["queue.job"].delay_many([self.record])

    def test_many_without_delay(self):
        record = self.record.with_context(queue_job__no_delay=True)
        self.env["queue.job"].delay_many([record.delayable().append(n) for n in range(3)])
        self.assertEqual(self.record.name, "a012")

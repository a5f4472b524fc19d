# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from datetime import datetime, timedelta

from odoo.exceptions import UserError

from odoo.addons.queue_job.delay import chain
from odoo.addons.queue_job.exception import JobError
from odoo.addons.queue_job.job import Job

from .test_guard import GuardCase


class TestButtons(GuardCase):
    def set_state(self, state):
        self.job_record.write({"state": state})

    def test_button_done(self):
        user = self.job_record.with_user(self.manager)
        for state in ("wait_dependencies", "pending", "enqueued", "failed"):
            self.set_state(state)
            self.job_record.write({"exc_name": "E", "exc_message": "m", "exc_info": "i"})
            self.assertTrue(user.button_done())
            self.assertRecordValues(
                self.job_record,
                [
                    {
                        "state": "done",
                        "result": f"Manually set to done by {self.manager.name}",
                        "exc_name": False,
                        "exc_message": False,
                        "exc_info": False,
                    }
                ],
            )
            self.assertTrue(self.job_record.date_done)
        self.set_state("cancelled")
        user.button_done()
        self.assertEqual(self.job_record.state, "cancelled")

    def test_button_cancelled(self):
        user = self.job_record.with_user(self.manager)
        for state in ("wait_dependencies", "pending", "enqueued", "failed"):
            self.set_state(state)
            self.assertTrue(user.button_cancelled())
            self.assertEqual(self.job_record.state, "cancelled")
            self.assertEqual(self.job_record.result, f"Cancelled by {self.manager.name}")
            self.assertTrue(self.job_record.date_cancelled)
        self.set_state("done")
        user.button_cancelled()
        self.assertEqual(self.job_record.state, "done")

    def test_cancelling_a_running_job_asks_its_server(self):
        self.lease()
        user = self.job_record.with_user(self.manager)
        self.assertTrue(user.button_cancelled())
        self.assertTrue(user.button_cancelled())
        command = self.env["queue.job.command"].search([("job_id", "=", self.job_record.id)])
        self.assertRecordValues(command, [{"command": "cancel", "user_id": self.manager.id}])
        self.assertTrue(command.date)
        self.assertEqual(self.job_record.state, "started")
        self.assertTrue(self.job_record.cancel_requested)

    def test_other_buttons_leave_running_jobs_alone(self):
        self.lease()
        self.env.cr.execute("UPDATE queue_job SET state = 'enqueued'")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "is being run"):
            self.job_record.button_done()

    def test_requeue(self):
        user = self.job_record.with_user(self.manager)
        for state in ("failed", "done", "cancelled"):
            self.job_record.write(
                {
                    "state": state,
                    "retry": 4,
                    "crashes": 2,
                    "date_started": "2026-01-01",
                    "date_done": "2026-01-01",
                    "date_cancelled": "2026-01-01",
                    "worker_pid": 5,
                    "exc_name": "E",
                }
            )
            self.assertTrue(user.requeue())
            self.assertRecordValues(
                self.job_record,
                [
                    {
                        "state": "pending",
                        "retry": 0,
                        "crashes": 0,
                        "date_started": False,
                        "date_done": False,
                        "date_cancelled": False,
                        "worker_pid": 0,
                        "exc_name": "E",
                    }
                ],
            )
        self.set_state("started")
        user.requeue()
        self.assertEqual(self.job_record.state, "started")

    def test_requeue_waits_for_parents(self):
        a, b = (self.record.delayable().append(name) for name in "ab")
        chain(a, b).delay()
        parent, child = (d._generated_job.db_record() for d in (a, b))
        child.write({"state": "failed"})
        (child | self.job_record).requeue()
        self.assertEqual(child.state, "wait_dependencies")
        parent.button_done()
        self.assertEqual(child.state, "pending")

    def test_cancel_takes_the_waiting_jobs_along(self):
        a, b, c = (self.record.delayable().append(name) for name in "abc")
        chain(a, b, c).delay()
        records = [d._generated_job.db_record() for d in (a, b, c)]
        records[0].button_cancelled()
        self.assertEqual([record.state for record in records], ["cancelled"] * 3)
        self.assertEqual(len({record.date_cancelled for record in records}), 1)

    def test_cancel_of_jobs_that_wait_for_each_other(self):
        a, b = (self.record.delayable().append(name) for name in "ab")
        a.on_done(b).delay()
        parent, child = (d._generated_job.db_record() for d in (a, b))
        (child | parent).button_cancelled()
        self.assertEqual(parent.state, "cancelled")
        self.assertIn("Cancelled by", parent.result)
        self.assertEqual(child.state, "cancelled")
        self.assertEqual(child.result, "Cancelled because a job it depends on was cancelled")

    def test_cancel_of_a_job_that_runs_whatever_becomes_of_its_parent(self):
        a, b = (self.record.delayable().append(name) for name in "ab")
        a.on_done(b, on_parent_failure="always").delay()
        parent, child = (d._generated_job.db_record() for d in (a, b))
        (child | parent).button_cancelled()
        self.assertEqual((parent.state, child.state), ("cancelled", "cancelled"))
        self.assertIn("Cancelled by", child.result)

    def test_unsupported_state(self):
        with self.assertRaises(ValueError):
            self.job_record._change_job_state("started")

    def test_a_job_that_can_not_be_loaded_can_be_cancelled(self):
        self.env.cr.execute("UPDATE queue_job SET model_name = 'gone.model'")
        self.env.invalidate_all()
        self.job_record.button_cancelled()
        self.assertEqual(self.job_record.state, "cancelled")
        self.job_record.requeue()
        self.assertEqual(self.job_record.state, "pending")

    def test_a_job_of_a_model_that_is_gone_can_be_opened(self):
        job = self.record.with_delay().append(self.record)
        record = job.db_record()
        record.flush_recordset()
        self.env.cr.execute(
            """
            UPDATE queue_job SET model_name = 'gone.model',
                   records = replace(records::text, %(model)s, 'gone.model')::jsonb,
                   args = replace(args::text, %(model)s, 'gone.model')::jsonb
             WHERE uuid = %(uuid)s
            """,
            {"model": self.record._name, "uuid": job.uuid},
        )
        self.env.invalidate_all()
        self.assertFalse(record.records)
        self.assertEqual(record.args[0]["model"], "gone.model")
        [values] = record.read()
        self.assertEqual(values["model_name"], "gone.model")
        self.assertFalse(record.related_action_open_record())
        self.assertTrue(record.export_data(["uuid", "records", "args"])["datas"])
        with self.assertRaisesRegex(JobError, "gone.model"):
            Job.load(self.env, job.uuid)


class TestFailure(GuardCase):
    def test_followers_are_told(self):
        self.job_record.user_id = self.user
        with self.assertRaises(ZeroDivisionError):
            Job(self.record.break_down).perform()
        self.job_record.write({"state": "failed", "exc_message": "oh"})
        partners = self.job_record.message_partner_ids
        self.assertIn(self.user.partner_id, partners)
        self.assertIn(self.manager.partner_id, partners)
        message = self.job_record.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("queue_job.mt_job_failed")
        )
        self.assertEqual(len(message), 1)

    def test_domain_of_the_followers(self):
        domain = self.job_record._subscribe_users_domain()
        self.assertIsInstance(domain, list)
        group = self.env.ref("queue_job.group_queue_job_manager")
        self.assertIn(("all_group_ids", "in", group.ids), domain)
        self.assertIn(("company_id", "in", self.env.company.ids), domain)
        self.job_record.company_id = False
        self.assertEqual(len(self.job_record._subscribe_users_domain()), 1)

    def test_the_creator_can_be_left_out(self):
        self.patch(type(self.job_record), "_subscribe_job_creator", lambda self: False)
        self.job_record.user_id = self.user
        self.job_record.write({"state": "failed"})
        self.assertNotIn(self.user.partner_id, self.job_record.message_partner_ids)

    def test_needaction(self):
        self.assertEqual(self.env["queue.job"]._needaction_domain_get(), [("state", "=", "failed")])


class TestRelated(GuardCase):
    def test_open_related_action(self):
        action = self.job_record.open_related_action()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("test.queue.job", self.record.id)
        )
        several = (self.record | self.record.copy()).with_delay().append("b").db_record()
        action = several.open_related_action()
        self.assertEqual(action["view_mode"], "list,form")
        self.assertEqual(len(action["domain"][0][2]), 2)

    def test_nothing_to_open(self):
        record = self.env["test.queue.job"].with_delay().append("b").db_record()
        with self.assertRaisesRegex(UserError, "No action available for this job"):
            record.open_related_action()
        gone = self.env["test.queue.job"].create({})
        record = gone.with_delay().append("b").db_record()
        gone.unlink()
        with self.assertRaises(UserError):
            record.open_related_action()
        with self.assertRaises(UserError):
            self.record.with_delay().without_action().db_record().open_related_action()

    def test_a_lost_model(self):
        self.env.cr.execute("UPDATE queue_job SET model_name = 'gone.model'")
        with self.assertRaisesRegex(UserError, "gone.model"):
            self.job_record.open_related_action()

    def test_graph(self):
        a, b = (self.record.delayable().append(name) for name in "ab")
        chain(a, b).delay()
        parent, child = (d._generated_job.db_record() for d in (a, b))
        self.assertEqual((parent.graph_jobs_count, self.job_record.graph_jobs_count), (2, 0))
        action = parent.open_graph_jobs()
        self.assertEqual(self.env["queue.job"].search(action["domain"]), child | parent)
        self.assertEqual(self.job_record.dependency_graph, {})
        parent.write({"state": "failed"})
        graph = child.dependency_graph
        self.assertEqual(graph["edges"], [[parent.id, child.id]])
        nodes = {node["id"]: node for node in graph["nodes"]}
        self.assertEqual(
            nodes[parent.id],
            {
                "id": parent.id,
                "title": "<strong>Append to the name</strong><br/>"
                f"test.queue.job({self.record.id},).append(&#39;a&#39;)",
                "color": "#FB7E81",
                "border": "#FA0A10",
                "shadow": True,
            },
        )
        self.assertEqual(nodes[child.id]["color"], "#D2E5FF")

    def test_search_by_dependencies(self):
        a, b = (self.record.delayable().append(name) for name in "ab")
        chain(a, b).delay()
        parent, child = (d._generated_job.db_record() for d in (a, b))
        jobs = self.env["queue.job"]
        self.assertEqual(jobs.search([("dependency_ids", "in", parent.ids)]), child)
        self.assertEqual(jobs.search([("dependent_ids", "in", child.ids)]), parent)
        self.assertEqual(
            jobs.search([("dependency_ids", "any", [("state", "=", "pending")])]), child
        )
        self.assertNotIn(child, jobs.search([("dependency_ids", "not in", parent.ids)]))


class TestAutovacuum(GuardCase):
    def end(self, days, state="done", channel="root", count=1):
        records = self.env["queue.job"]
        for _number in range(count):
            records |= self.record.with_delay(channel=channel).append("b").db_record()
        date = "date_done" if state == "done" else "date_cancelled"
        records.write({"state": state, date: datetime.now() - timedelta(days=days)})
        return records

    def test_old_jobs_go(self):
        channel = self.env.ref("test_queue_job.channel_sub")
        channel.removal_interval = 5
        old = (
            self.end(31)
            | self.end(31, state="cancelled")
            | self.end(31, channel="root.unknown")
            | self.end(6, channel="root.test_sub")
        )
        young = (
            self.end(29)
            | self.end(6)
            | self.end(4, channel="root.test_sub")
            | self.end(100, state="failed")
            | self.job_record
        )
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (4, False))
        self.assertFalse(old.exists())
        self.assertEqual(young.exists(), young)

    def test_waiting_jobs_with_the_date_of_an_end(self):
        """A date written by hand counts, except where the job has run and is to run again."""
        channel = self.env.ref("test_queue_job.channel_sub")
        channel.removal_interval = 5
        old = (
            self.end(31, state="pending")
            | self.end(31, state="pending", channel="root.unknown")
            | self.end(6, state="pending", channel="root.test_sub")
        )
        young = self.end(6, state="pending") | self.end(4, "pending", channel="root.test_sub")
        begun, attempted, leased = (self.end(31, state="pending") for _number in range(3))
        begun.date_started = datetime.now() - timedelta(days=31)
        attempted.attempt = 1
        self.lease_of(leased, 77)
        self.env.cr.execute("UPDATE queue_job SET state = 'pending' WHERE id = %s", leased.ids)
        kept = young | begun | attempted | leased | self.job_record
        self.patch(type(self.env["queue.job"]), "_GC_BATCH", 2)
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (2, True))
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (1, False))
        self.assertFalse(old.exists())
        self.assertEqual(kept.exists(), kept)

    def test_jobs_without_channel(self):
        old = self.end(31)
        self.env.cr.execute("UPDATE queue_job SET channel = NULL WHERE id = %s", [old.id])
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (1, False))

    def test_in_batches(self):
        self.patch(type(self.env["queue.job"]), "_GC_BATCH", 2)
        old = self.end(31, count=3) | self.end(31, channel="root.x", count=2)
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (2, True))
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (2, True))
        self.assertEqual(self.env["queue.job"]._gc_old_jobs(), (1, False))
        self.assertFalse(old.exists())

    def test_the_index_serves_it(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM queue_job WHERE channel = 'root'"
            " AND state IN ('done', 'cancelled')"
            " AND COALESCE(date_done, date_cancelled) < now() - interval '30 days'"
            " ORDER BY COALESCE(date_done, date_cancelled) LIMIT 10"
        )
        self.assertIn("queue_job_prune_index", str(self.env.cr.fetchall()))


class TestTestJob(GuardCase):
    def test_test_job(self):
        self.env["queue.job"]._test_job()
        with self.assertRaisesRegex(Exception, "failed"):
            self.env["queue.job"]._test_job(failure_rate=1)
        with self.assertRaisesRegex(Exception, "again in 9 s"):
            self.env["queue.job"]._test_job(failure_rate=1, failure_retry_seconds=9)
        self.env["queue.job"]._test_on_fail(exc_name="E")


class TestSchema(GuardCase):
    def test_indexes(self):
        self.env.cr.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'queue_job'")
        names = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "queue_job_claim_index",
                "queue_job_promote_index",
                "queue_job_parked_index",
                "queue_job_leased_index",
                "queue_job_orphan_index",
                "queue_job_waiting_index",
                "queue_job_identity_key_index",
                "queue_job_prune_index",
                "queue_job_unique_key_uniq",
                "queue_job_concurrency_key_uniq",
                "queue_job_uuid_uniq",
            },
            names,
        )

    def test_rows_added_by_hand_have_defaults(self):
        self.env.cr.execute(
            "INSERT INTO queue_job (uuid, state) VALUES ('by hand', 'pending')"
            " RETURNING is_due, su, attempt, crashes, payload_format, retry"
        )
        self.assertEqual(self.env.cr.fetchone(), (True, False, 0, 0, 1, 0))

    def test_class_attributes(self):
        model = self.env["queue.job"]
        self.assertEqual(model._order, "date_created DESC, date_done DESC")
        self.assertEqual(model._removal_interval, 30)
        self.assertEqual(model._default_related_action, "related_action_open_record")
        self.assertFalse(model._log_access)

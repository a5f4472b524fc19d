# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Actions on a selection, and on all that a filter matches."""

import json
import logging
import math
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import queue_job_operation

CLOSE = {"type": "ir.actions.act_window_close"}
LOGGER = queue_job_operation.__name__
MARK = "an operation's job"


class OperationCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="operating_manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
        )

    def setUp(self):
        super().setUp()
        self.patch(queue_job_operation, "_BATCH", 2)

    def jobs(self, number, state="pending", **values):
        jobs = self.env["queue.job"]
        for _i in range(number):
            jobs |= self.env["queue.job"].with_delay(description=MARK)._test_job().db_record()
        jobs.write({"state": state, **values})
        self.env.flush_all()
        return jobs

    def wizard(self, model, user=None, domain=None, **values):
        context = {
            "active_model": "queue.job",
            "active_domain": domain or [["name", "=", MARK]],
            "active_ids": [],
            "queue_job_all": True,
        }
        return (
            self.env[model].with_user(user or self.manager).with_context(**context).create(values)
        )

    def start(self, action="requeue", user=None, domain=None, **values):
        operations = self.env["queue.job.operation"].with_user(user or self.manager)
        shown = operations._start(action, domain or [["name", "=", MARK]], **values)
        return operations.browse(shown["params"]["operation_id"])

    def finish(self, operation):
        for _i in range(100):
            progress = operation.step()
            if progress["is_over"]:
                return progress
        raise AssertionError("it does not end")


@tagged("post_install", "-at_install")
class TestOperations(OperationCase):
    def test_everything_that_matches_in_several_steps(self):
        jobs = self.jobs(5, "failed")
        operation = self.start()
        first = operation.step()
        self.assertEqual((first["seen"], first["total"], first["is_over"]), (2, 5, False))
        self.assertEqual(jobs.mapped("state"), ["pending"] * 2 + ["failed"] * 3)
        last = self.finish(operation)
        self.assertEqual((last["seen"], last["changed"], last["state"]), (5, 5, "done"))
        self.assertEqual(set(jobs.mapped("state")), {"pending"})

    def test_each_action(self):
        later = fields.Datetime.now() + timedelta(hours=1)
        for action, values, before, field, expected in (
            ("requeue", {}, {"state": "failed"}, "state", "pending"),
            ("cancel", {}, {}, "state", "cancelled"),
            ("done", {}, {"state": "failed"}, "state", "done"),
            ("priority", {"priority": 3}, {}, "priority", 3),
            ("now", {}, {"eta": later}, "eta", False),
        ):
            with self.subTest(action=action):
                jobs = self.jobs(3, **before)
                domain = [["id", "in", jobs.ids]]
                self.assertEqual(
                    self.finish(self.start(action, domain=domain, **values))["seen"], 3
                )
                self.assertEqual(jobs.mapped(field), [expected] * 3)
        self.assertTrue(all(jobs.mapped("is_due")), "the servers claim only those")

    def test_what_can_not_be_done_is_left_alone(self):
        jobs = self.jobs(3)
        jobs[0].button_done()
        self.finish(self.start("cancel"))
        self.assertEqual(jobs.mapped("state"), ["done", "cancelled", "cancelled"])
        operation = self.start("priority", priority=1)
        self.assertEqual(self.finish(operation)["changed"], 0)

    def test_running_jobs_are_asked_to_stop_and_else_left_alone(self):
        jobs = self.jobs(3)
        self.env.cr.execute(
            "UPDATE queue_job SET state = 'started', run_token = 7 WHERE id = %s", [jobs[0].id]
        )
        self.env.invalidate_all()
        self.finish(self.start("priority", priority=3))
        self.finish(self.start("done", domain=[["id", "=", jobs[1].id]]))
        self.assertEqual(jobs.mapped("priority"), [10, 3, 3])
        self.finish(self.start("cancel"))
        self.assertEqual(jobs.mapped("state"), ["started", "done", "cancelled"])
        self.assertTrue(jobs[0].cancel_requested)

    def test_erased_jobs_do_not_stop_the_others(self):
        jobs = self.jobs(3, "done")
        jobs[1].date_erased = fields.Datetime.now()
        self.assertEqual(self.finish(self.start())["changed"], 2)
        self.assertEqual(jobs.mapped("state"), ["pending", "done", "pending"])

    def test_later_jobs_are_not_touched(self):
        self.jobs(2)
        operation = self.start("cancel")
        late = self.jobs(1)
        self.assertEqual(self.finish(operation)["seen"], 2)
        self.assertEqual(late.state, "pending")

    def test_stopped_it_leaves_the_rest_alone(self):
        jobs = self.jobs(5, "failed")
        operation = self.start()
        operation.step()
        self.assertEqual(operation.stop()["state"], "stopped")
        self.assertEqual(operation.step()["seen"], 2)
        self.assertEqual(jobs.mapped("state").count("failed"), 3)

    def test_who_did_what_is_logged(self):
        self.jobs(1)
        with self.assertLogs(LOGGER, logging.INFO) as logs:
            self.finish(self.start("cancel"))
        self.assertIn("cancel of jobs by operating_manager", logs.output[0])
        self.assertIn("1 of 1 jobs changed", logs.output[0])

    def test_only_for_its_user_and_with_her_rights(self):
        company = self.env["res.company"].create({"name": "Other"})
        jobs = self.jobs(3, "failed")
        jobs[0].company_id = company
        self.env.flush_all()
        operation = self.start()
        other = new_test_user(
            self.env,
            login="other_manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
        )
        for user in (other, new_test_user(self.env, login="nobody", groups="base.group_user")):
            for method in ("step", "stop"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(operation.with_user(user), method)()
        with self.assertRaises(AccessError):
            operation.with_user(self.env.ref("base.user_root")).step()
        with self.assertRaises(AccessError):
            operation.write({"domain": "[]"})
        self.assertEqual(self.finish(operation)["changed"], 2)
        self.assertEqual(jobs.mapped("state"), ["failed", "pending", "pending"])
        user = new_test_user(self.env, login="no_manager", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.start(user=user)

    def test_two_pages_do_not_do_it_twice(self):
        self.jobs(3, "failed")
        operation = self.start()
        with patch.object(queue_job_operation.locks, "take", return_value=False):
            progress = operation.step()
        self.assertEqual((progress["is_busy"], progress["seen"]), (True, 0))

    def test_jobs_being_written_are_passed_by(self):
        jobs = self.jobs(2, "failed")
        with patch.object(queue_job_operation.locks, "lock_free", return_value=jobs[1:].ids):
            progress = self.finish(self.start())
        self.assertEqual((progress["seen"], progress["changed"]), (2, 1))
        self.assertEqual(jobs.mapped("state"), ["failed", "pending"])


@tagged("post_install", "-at_install")
class TestCron(OperationCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", autospec=True, return_value=math.inf
            )
        )

    def age(self, operation):
        operation.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE queue_job_operation SET write_date = write_date - interval '1 minute'"
        )
        self.env.invalidate_all()

    def triggers(self):
        cron = self.env.ref("queue_job.cron_operations")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_what_a_closed_page_left_is_finished(self):
        jobs = self.jobs(5, "failed")
        operation = self.start()
        self.assertTrue(self.triggers())
        operation.step()
        self.age(operation)
        self.env["queue.job.operation"]._cron_go_on()
        self.assertEqual(operation.state, "done")
        self.assertEqual(set(jobs.mapped("state")), {"pending"})

    def test_what_a_page_is_at_is_left_to_it(self):
        self.jobs(1, "failed")
        operation = self.start()
        before = self.triggers()
        self.env["queue.job.operation"]._cron_go_on()
        self.assertEqual(operation.state, "running")
        self.assertGreater(self.triggers(), before, "the cron looks again")

    def test_what_can_not_go_on_says_why(self):
        self.jobs(1, "failed")
        operation = self.start()
        self.age(operation)
        error = UserError("not today")
        jobs = type(self.env["queue.job"])
        with (
            patch.object(jobs, "_operate", side_effect=error),
            patch.object(self.env.cr, "rollback"),
        ):
            self.env["queue.job.operation"]._cron_go_on()
        self.assertEqual((operation.state, operation.error), ("failed", "not today"))

    def test_a_conflict_is_tried_again(self):
        self.jobs(1, "failed")
        operation = self.start()
        self.age(operation)
        jobs = type(self.env["queue.job"])
        before = self.triggers()
        with (
            patch.object(jobs, "_operate", side_effect=SerializationFailure("again")),
            patch.object(self.env.cr, "rollback"),
        ):
            self.env["queue.job.operation"]._cron_go_on()
        self.assertEqual(operation.state, "running")
        self.assertGreater(self.triggers(), before)

    def test_old_ones_go(self):
        self.jobs(1)
        operation = self.start("cancel")
        self.finish(operation)
        operation.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE queue_job_operation SET write_date = write_date - interval '31 days'"
        )
        self.env.invalidate_all()
        self.env["queue.job.operation"]._gc_ended()
        self.assertFalse(operation.exists())


@tagged("post_install", "-at_install")
class TestWizardsOnFilters(OperationCase):
    def test_the_whole_filter_becomes_an_operation(self):
        jobs = self.jobs(3, "failed")
        for model, method, action, values in (
            ("queue.requeue.job", "requeue", "requeue", {}),
            ("queue.jobs.to.cancelled", "set_cancelled", "cancel", {}),
            ("queue.jobs.to.done", "set_done", "done", {}),
            ("queue.jobs.to.now", "run_now", "now", {}),
            ("queue.jobs.to.priority", "set_priority", "priority", {"priority": 4}),
        ):
            with self.subTest(model=model):
                wizard = self.wizard(model, **values)
                self.assertFalse(wizard.job_ids)
                self.assertEqual(wizard.job_count, 3)
                shown = getattr(wizard, method)()
                self.assertEqual(shown["tag"], "queue_job.operation")
                operation = self.env["queue.job.operation"].browse(shown["params"]["operation_id"])
                self.assertEqual(operation.action, action)
                self.assertEqual(operation.priority, values.get("priority", 0))
                self.assertEqual(json.loads(operation.domain), [["name", "=", MARK]])
        self.assertEqual(set(jobs.mapped("state")), {"failed"}, "nothing was done yet")

    def test_a_few_are_changed_at_once(self):
        jobs = self.jobs(3, eta=fields.Datetime.now() + timedelta(hours=1))
        context = {"active_model": "queue.job", "active_ids": jobs[:2].ids}
        now = self.env["queue.jobs.to.now"].with_user(self.manager).with_context(**context)
        self.assertEqual(now.create({}).run_now(), CLOSE)
        self.assertEqual([bool(eta) for eta in jobs.mapped("eta")], [False, False, True])
        priority = self.env["queue.jobs.to.priority"].with_user(self.manager)
        self.assertEqual(
            priority.with_context(**context).create({"priority": 2}).set_priority(), CLOSE
        )
        self.assertEqual(jobs.mapped("priority"), [2, 2, 10])

    def test_the_filter_of_another_list_is_not_taken(self):
        self.jobs(1)
        for context in (
            {"active_model": "res.partner", "queue_job_all": True, "active_domain": []},
            {"active_model": "queue.job", "active_domain": []},
        ):
            wizard = self.env["queue.requeue.job"].with_context(**context).create({})
            self.assertFalse(wizard.job_domain)
            self.assertFalse(wizard.job_ids)

    def test_a_text_that_is_no_filter_is_refused(self):
        wizard = self.env["queue.requeue.job"].create({"job_domain": "x"})
        with self.assertRaisesRegex(UserError, "x is not a filter of jobs"):
            wizard.requeue()

    @mute_logger("odoo.http")
    def test_the_dialogs_open(self):
        self.jobs(2)
        for model in ("queue.jobs.to.now", "queue.jobs.to.priority", "queue.requeue.job"):
            context = {
                "active_model": "queue.job",
                "active_domain": [["name", "=", MARK]],
                "queue_job_all": True,
            }
            form = Form(self.env[model].with_user(self.manager).with_context(**context))
            self.assertEqual(form.job_count, 2)

    def test_run_now_of_one_job(self):
        [job] = self.jobs(1, eta=fields.Datetime.now() + timedelta(hours=1))
        self.assertFalse(job.is_due)
        job.with_user(self.manager).button_run_now()
        self.assertFalse(job.eta)
        self.assertTrue(job.is_due)

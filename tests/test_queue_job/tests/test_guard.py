# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from unittest import mock

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.queue_job.engine import current
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import run_jobs

from .common import JobCase


class GuardCase(JobCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="manager_of_the_jobs",
            groups="base.group_user,base.group_system,queue_job.group_queue_job_manager",
        )
        cls.job = cls.record.with_delay().append("b")
        cls.job_record = cls.job.db_record()

    def rpc(self, method, *args, **kwargs):
        """Call a method of queue.job like a remote client of the manager."""
        model = self.env["queue.job"].with_user(self.manager)
        with mute_logger("odoo.addons.base.models.ir_model", "odoo.models.unlink"):
            return call_kw(model, method, list(args), kwargs)

    def lease(self, token=77):
        self.lease_of(self.job_record, token)

    def lease_of(self, job_record, token):
        self.env.cr.execute(
            "UPDATE queue_job SET state = 'started', run_token = %s WHERE id = %s",
            [token, job_record.id],
        )
        self.env.invalidate_all()


class TestRpc(GuardCase):
    VALUES = {
        "uuid": "x",
        "model_name": "res.users",
        "method_name": "unlink",
        "state": "pending",
    }

    def test_no_create(self):
        with self.assertRaises(AccessError):
            self.rpc("create", [self.VALUES])
        with self.assertRaises(AccessError):
            self.rpc("name_create", "x")
        with self.assertRaises(AccessError):
            self.rpc("web_save", [], self.VALUES, specification={})

    def test_no_create_by_import(self):
        result = self.rpc("load", list(self.VALUES), [list(self.VALUES.values())])
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def test_no_create_by_a_line_of_another_record(self):
        channel = self.env["queue.job.function"].search([], limit=1).with_user(self.manager)
        for model, field in self._x2many_to_jobs():
            with self.subTest(model=model, field=field), self.assertRaises(AccessError):
                line = Command.create(self.VALUES)
                self.env[model].with_user(self.manager).create({field: [line]})
        self.assertTrue(channel)

    def _x2many_to_jobs(self):
        found = [
            (model, name)
            for model in ("queue.requeue.job", "queue.jobs.to.done")
            for name, field in self.env[model]._fields.items()
            if field.type in ("one2many", "many2many") and field.comodel_name == "queue.job"
        ]
        self.assertGreaterEqual(len(found), 2)
        return found

    def test_no_write_by_a_line_of_another_record(self):
        for model, field in self._x2many_to_jobs():
            with self.subTest(model=model, field=field), self.assertRaises(AccessError):
                line = Command.update(self.job_record.id, {"method_name": "unlink"})
                self.env[model].with_user(self.manager).create({field: [line]})

    def test_no_unlink(self):
        with self.assertRaises(AccessError):
            self.rpc("unlink", self.job_record.ids)

    def test_no_copy(self):
        with self.assertRaises(UserError):
            self.rpc("copy", self.job_record.ids)
        with self.assertRaises(UserError):
            self.job_record.copy()

    def test_what_to_run_can_not_be_changed(self):
        for name in self.env["queue.job"]._protected_fields:
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(AccessError, f"Not allowed to change field.s.: {name}"),
            ):
                self.rpc("write", self.job_record.ids, {name: "x"})
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.job_record.write({name: "x"})

    def test_only_an_allow_list_can_be_changed(self):
        allowed = {"priority": 1, "eta": "2030-01-01 00:00:00", "channel": "root.x"}
        for name, field in self.env["queue.job"]._fields.items():
            if name in {*allowed, "id"} or name.startswith("test_") or not field.store:
                continue
            for method in ("write", "web_save"):
                kwargs = {"specification": {}} if method == "web_save" else {}
                with self.subTest(name=name, method=method), self.assertRaises(AccessError):
                    self.rpc(method, self.job_record.ids, {name: False}, **kwargs)
        self.rpc("write", self.job_record.ids, allowed)
        self.assertRecordValues(self.job_record, [{"priority": 1, "channel": "root.x"}])
        self.assertFalse(self.job_record.is_due)
        self.rpc("web_save", self.job_record.ids, {"priority": 2}, specification={})
        self.assertEqual(self.job_record.priority, 2)

    def test_fields_of_other_addons_can_be_changed(self):
        self.rpc("write", self.job_record.ids, {"test_hook": "mine"})
        self.assertEqual(self.job_record.test_hook, "mine")

    def test_a_sentinel_can_not_be_sent(self):
        for sentinel in (True, "object()", str(self.env["queue.job"].EDIT_SENTINEL)):
            with self.assertRaises(AccessError):
                self.rpc(
                    "write",
                    self.job_record.ids,
                    {"state": "done"},
                    context={"_job_edit_sentinel": sentinel},
                )

    def test_private_methods(self):
        for method in ("_change_job_state", "_test_job", "_set_pending", "_request_cancel"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(method, self.job_record.ids)

    def test_jobs_can_not_be_delayed_over_rpc_as_somebody_else(self):
        with self.assertRaises(AccessError):
            self.rpc("write", self.job_record.ids, {"user_id": self.manager.id})
        with self.assertRaises(AccessError):
            self.rpc("write", self.job_record.ids, {"su": True})


class TestWrite(GuardCase):
    def test_superuser_code_may_write_states(self):
        self.job_record.write({"state": "failed", "retry": 3})
        self.assertEqual((self.job_record.state, self.job_record.retry), ("failed", 3))

    def test_the_sentinel_opens_protected_fields(self):
        record = self.job_record.with_context(_job_edit_sentinel=self.job_record.EDIT_SENTINEL)
        record.write({"name": "other"})
        self.assertEqual(self.job_record.name, "other")

    def test_eta_and_is_due_go_together(self):
        for eta, is_due in (("2100-01-01 00:00:00", False), (False, True), ("2000-01-01", True)):
            self.job_record.eta = eta
            self.assertEqual(self.job_record.is_due, is_due)

    def test_another_user_is_another_identity(self):
        self.job_record.user_id = self.user
        self.env.flush_all()
        self.assertEqual(self.reload(self.job).env.uid, self.user.id)
        self.env.cr.execute("SELECT records->'uid' FROM queue_job")
        self.assertEqual(self.env.cr.fetchone(), (self.user.id,))
        self.assertEqual(self.job_record.records, self.record)

    def test_a_leased_job_is_left_alone(self):
        self.lease()
        for values in ({"priority": 1}, {"state": "done"}, {"user_id": self.user.id}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "is being run"):
                self.job_record.write(values)
        with self.assertRaisesRegex(UserError, "is being run"):
            self.rpc("write", self.job_record.ids, {"eta": False})
        with self.assertRaisesRegex(UserError, "is being run"):
            self.job_record.unlink()

    def test_the_holder_of_the_lease_writes(self):
        self.lease(77)
        loaded = self.reload(self.job)
        loaded.set_failed(exc_name="E")
        loaded.store()
        self.assertEqual(self.job_record.exc_name, "E")
        loaded.run_token = 78
        with self.assertRaisesRegex(UserError, "is being run"):
            loaded.store()
        with self.assertRaisesRegex(UserError, "is being run"):
            self.rpc("write", self.job_record.ids, {"priority": 1}, context={"_job_run_token": 77})

    def test_a_job_notes_something_on_itself(self):
        job = self.record.with_delay().write_on_own_job({"test_hook": "mine"})
        refused = self.record.with_delay().write_on_own_job({"state": "pending"})
        run_jobs(self.env)
        self.assertRecordValues(job.db_record(), [{"state": "done", "test_hook": "mine"}])
        self.assertEqual(refused.db_record().state, "failed")
        self.assertIn("is being run", refused.db_record().exc_message)

    def test_a_job_notes_nothing_else(self):
        other = self.record.with_delay().append("b").db_record()
        self.lease(77)
        self.lease_of(other, 78)
        mine = mock.Mock(job_id=self.job_record.id, cr=self.env.cr)
        with current.running(mine):
            self.job_record.write({"test_hook": "mine"})
            for record, values in (
                (other, {"test_hook": "mine"}),
                (other + self.job_record, {"test_hook": "mine"}),
                (self.job_record, {"priority": 1}),
                (self.job_record, {"test_hook": "mine", "retry": 1}),
            ):
                with self.subTest(values=values), self.assertRaisesRegex(UserError, "is being run"):
                    record.write(values)
            with self.assertRaisesRegex(UserError, "is being run"):
                self.job_record.unlink()
        elsewhere = mock.Mock(job_id=self.job_record.id, cr=object())
        with current.running(elsewhere), self.assertRaisesRegex(UserError, "is being run"):
            self.job_record.write({"test_hook": "mine"})

    def test_leased_jobs_do_not_stop_being_shown(self):
        self.lease()
        self.assertEqual(self.rpc("read", self.job_record.ids, ["state"])[0]["state"], "started")

    def test_arguments_can_be_read_over_rpc(self):
        job = self.record.with_delay().give_back(self.record, _type="x")
        (values,) = self.rpc("read", job.db_record().ids, ["records", "args", "kwargs"])
        self.assertEqual(values["args"][0]["model"], "test.queue.job")
        self.assertEqual(values["kwargs"]["_type"], "escaped_dict")

    def test_create_keeps_quiet(self):
        values = Job(self.method)._store_values(create=True)
        record = self.env["queue.job"].create(values)
        self.assertFalse(record.message_ids)
        self.assertFalse(record.message_follower_ids)
        self.assertEqual(record.payload_format, 2)
        self.assertEqual(self.reload(Job(self.method, job_uuid=record.uuid)).args, ())

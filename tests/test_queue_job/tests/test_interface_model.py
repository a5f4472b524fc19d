# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What other addons see of the model of jobs, as far as no other test is about it."""

from unittest import mock

from odoo.addons.queue_job.delay import chain

from .common import JobCase

#: Type of each field that other addons use, "ro" where views do not let it be edited.
FIELDS = {
    "uuid": "char ro",
    "graph_uuid": "char ro",
    "user_id": "many2one",
    "company_id": "many2one",
    "name": "char ro",
    "model_name": "char ro",
    "method_name": "char ro",
    "func_string": "char ro",
    "channel_method_name": "char ro",
    "records": "job_serialized ro",
    "args": "job_serialized ro",
    "kwargs": "job_serialized ro",
    "state": "selection ro",
    "priority": "integer",
    "retry": "integer",
    "max_retries": "integer",
    "worker_pid": "integer ro",
    "exc_name": "char ro",
    "exc_message": "char ro",
    "exc_info": "text ro",
    "result": "text ro",
    "date_created": "datetime ro",
    "date_started": "datetime ro",
    "date_enqueued": "datetime ro",
    "date_done": "datetime ro",
    "date_cancelled": "datetime ro",
    "eta": "datetime",
    "exec_time": "float",
    "job_function_id": "many2one ro",
    "channel": "char",
    "identity_key": "char",
}
#: No view edits them, and nobody may over RPC.
CLOSED = {"retry", "max_retries", "exec_time", "identity_key"}


class TestQueueJobInterface(JobCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jobs = cls.env["queue.job"]

    def test_fields_of_jobs(self):
        for name, description in FIELDS.items():
            kind, _, readonly = description.partition(" ")
            field = self.jobs._fields[name]
            with self.subTest(name=name):
                self.assertEqual(field.type, kind)
                self.assertTrue(field.store)
                self.assertEqual(field.readonly, bool(readonly) or name in CLOSED)
        for name in ("uuid", "state"):
            self.assertTrue(self.jobs._fields[name].required, name)
        self.assertFalse(self.jobs._fields["priority"].aggregator)
        self.assertEqual(self.jobs._fields["exec_time"].aggregator, "avg")
        self.assertTrue(self.jobs._fields["exc_message"].tracking)
        states = [value for value, _label in self.jobs._fields["state"].selection]
        self.assertEqual(states[0], "wait_dependencies")

    def test_protected_fields(self):
        self.assertEqual(
            set(self.jobs._protected_fields),
            {
                *("uuid", "name", "date_created", "model_name", "method_name", "func_string"),
                *("channel_method_name", "job_function_id", "records", "args", "kwargs"),
            },
        )
        self.assertIs(self.jobs.EDIT_SENTINEL, type(self.jobs.browse(1)).EDIT_SENTINEL)

    def test_colours_of_the_drawing(self):
        delayables = [self.record.delayable().append(name) for name in "abcd"]
        chain(*delayables).delay()
        records = [each._generated_job.db_record() for each in delayables]
        for record, state in zip(records, ("done", "failed", "started", "pending"), strict=True):
            record.write({"state": state})
        nodes = {node["id"]: node for node in records[0].dependency_graph["nodes"]}
        self.assertEqual(
            [(nodes[record.id]["color"], nodes[record.id]["border"]) for record in records],
            [
                ("#C2FABC", "#4AD63A"),
                ("#FB7E81", "#FA0A10"),
                ("#FFFF00", "#FFA500"),
                ("#D2E5FF", "#2B7CE9"),
            ],
        )

    def test_what_is_said_of_a_failure(self):
        for message, count in (("Look here", 1), (None, 0)):
            record = self.record.with_delay().append("b").db_record()
            self.patch(type(record), "_message_failed_job", lambda job, text=message: text)
            record.write({"state": "failed"})
            messages = record.message_ids.filtered(lambda each: "Look here" in each.body)
            self.assertEqual(len(messages), count)

    def test_the_usual_related_action_can_be_another(self):
        job = self.record.with_delay().append("b")
        self.patch(self.registry["queue.job"], "_default_related_action", "test_related_action")
        self.assertEqual(job.related_action()["url"], f"{job.uuid}-0")

    def test_days_that_new_channels_keep(self):
        with mock.patch.object(self.registry["queue.job"], "_removal_interval", 12):
            channel = self.env["queue.job.channel"].create(
                {"name": "kept", "parent_id": self.env.ref("queue_job.channel_root").id}
            )
        self.assertEqual(channel.removal_interval, 12)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What people with bad intentions try over the network, by both remote protocols."""

import json
from datetime import timedelta
from xmlrpc.client import Fault

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.rules.masking import MASK
from odoo.addons.queue_job.tests.common import run_jobs

PAYLOAD = "queue_job.group_queue_job_payload"
#: Fields that only the holders of the payload's right may see.
PAYLOAD_FIELDS = {
    "queue.job": [
        *("args", "kwargs", "func_string", "arguments_text"),
        *("result", "exc_message", "exc_info", "stack_text", "stack_statement"),
    ],
    "queue.job.attempt": ["exc_message", "exc_info"],
    "queue.job.log": ["message"],
    "queue.job.checkpoint": ["state"],
    "queue.job.stack": ["stack", "statement"],
}
LOGGERS = ("odoo.http", "odoo.sql_db", "odoo.addons.rpc.controllers.xmlrpc")


class Refused(Exception):
    """The server said no."""


class AttackCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="attacking_manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
        )
        cls.user = new_test_user(cls.env, login="attacking_user", groups="base.group_user")
        cls.record = cls.env["test.queue.job"].create({"name": "a"})
        cls.job = cls.record.with_delay().give_back("b", password="hunter2").db_record()
        cls.job.write({"state": "failed", "exc_message": "m", "exc_info": "i"})
        cls.attempt = cls.env["queue.job.attempt"].create(
            {"job_id": cls.job.id, "exc_message": "m", "exc_info": "i"}
        )
        cls.ids = {"queue.job": cls.job.ids, "queue.job.attempt": cls.attempt.ids}
        for model, values in (
            ("queue.job.log", {"message": "m"}),
            ("queue.job.checkpoint", {"state": {"a": 1}}),
            ("queue.job.stack", {"stack": "s", "statement": "SELECT"}),
        ):
            cls.ids[model] = cls.env[model].create({"job_id": cls.job.id, **values}).ids
        cls.env.flush_all()
        cls.keys = {
            user: cls.env(user=user)["res.users.apikeys"]._generate(
                None, "test", fields.Datetime.now() + timedelta(hours=1)
            )
            for user in (cls.manager, cls.user)
        }

    def xmlrpc(self, user, model, method, *args, **kwargs):
        self.env.flush_all()
        try:
            with mute_logger(*LOGGERS):
                return self.xmlrpc_object.execute_kw(
                    self.env.cr.dbname, user.id, self.keys[user], model, method, args, kwargs
                )
        except Fault as fault:
            raise Refused(fault.faultString) from fault
        finally:
            self.env.invalidate_all()

    def json2(self, user, model, method, ids=(), **kwargs):
        self.env.flush_all()
        with mute_logger(*LOGGERS):
            response = self.url_open(
                f"/json/2/{model}/{method}",
                json.dumps({"ids": list(ids), **kwargs}),
                headers={
                    "Authorization": f"bearer {self.keys[user]}",
                    "Content-Type": "application/json",
                },
            )
        self.env.invalidate_all()
        if response.status_code != 200:
            raise Refused(response.text)
        return response.json()

    def refused(self, call, *args, **kwargs):
        with self.assertRaises(Refused) as caught:
            call(*args, **kwargs)
        return str(caught.exception)


@tagged("post_install", "-at_install")
class TestForgery(AttackCase):
    """Nobody makes a job, or another one of an existing one, from outside."""

    VALUES = {
        "uuid": "forged",
        "state": "pending",
        "model_name": "res.users",
        "method_name": "unlink",
        "user_id": 1,
        "su": True,
    }

    def test_no_job_is_made(self):
        for user in (self.manager, self.user):
            with self.subTest(user=user.login):
                self.refused(self.xmlrpc, user, "queue.job", "create", [self.VALUES])
                self.refused(self.json2, user, "queue.job", "create", vals_list=[self.VALUES])
                self.refused(self.json2, user, "queue.job", "name_create", name="forged")
                self.refused(self.json2, user, "queue.job", "copy", self.job.ids)
                for ids in ((), self.job.ids):
                    self.refused(
                        self.json2,
                        user,
                        "queue.job",
                        "web_save",
                        ids,
                        vals=self.VALUES,
                        specification={},
                    )
                for model in ("queue.requeue.job", "queue.jobs.to.done"):
                    line = [Command.create(self.VALUES)]
                    self.refused(self.json2, user, model, "create", vals_list=[{"job_ids": line}])
        imported = self.json2(
            self.manager,
            "queue.job",
            "load",
            fields=list(self.VALUES),
            data=[[str(value) for value in self.VALUES.values()]],
        )
        self.assertFalse(imported["ids"])
        self.assertFalse(self.env["queue.job"].search([("uuid", "=", "forged")]))

    def test_no_job_is_turned_into_another_one(self):
        for values in ({name: value} for name, value in self.VALUES.items()):
            self.refused(self.json2, self.manager, "queue.job", "write", self.job.ids, vals=values)
            line = [Command.update(self.job.id, values)]
            self.refused(
                self.json2,
                self.manager,
                "queue.requeue.job",
                "create",
                vals_list=[{"job_ids": line}],
            )
        imported = self.json2(
            self.manager,
            "queue.job",
            "load",
            fields=[".id", "user_id/.id"],
            data=[[str(self.job.id), "1"]],
        )
        self.assertFalse(imported["ids"])
        self.assertEqual((self.job.user_id, self.job.su), (self.env.user, True))

    def test_other_users_do_nothing_at_all(self):
        closed = ("requeue", "button_done", "button_cancelled", "button_where", "button_run_now")
        for method in (*closed, "look_where", "open_related_action"):
            with self.subTest(method=method):
                self.refused(self.xmlrpc, self.user, "queue.job", method, self.job.ids)
        self.refused(self.xmlrpc, self.user, "queue.job.dashboard", "get_overview", [])
        self.refused(self.xmlrpc, self.user, "queue.job.dashboard", "get_warnings", [])
        operation = self.env["queue.job.operation"].create(
            {"action": "requeue", "domain": json.dumps([["id", "=", self.job.id]])}
        )
        for method in ("step", "stop"):
            self.refused(self.json2, self.user, "queue.job.operation", method, operation.ids)
            # It has the rights of the user who began it: nobody else makes it go on.
            self.refused(self.json2, self.manager, "queue.job.operation", method, operation.ids)
        self.assertEqual(operation.state, "running")
        root = self.env.ref("queue_job.channel_root")
        for method in ("button_pause", "button_drain", "button_resume"):
            self.refused(self.xmlrpc, self.user, "queue.job.channel", method, root.ids)
        self.assertFalse(root.paused)
        self.refused(self.xmlrpc, self.user, "queue.job.database", "adopt", [])
        self.refused(
            self.json2, self.user, "queue.job", "write", self.job.ids, vals={"priority": 1}
        )
        self.assertEqual(self.job.state, "failed")

    def test_a_forged_tag_in_the_arguments_stays_a_dict(self):
        """A method open to RPC that stores what it is given as the argument of a job."""
        forged = {
            "_type": "odoo_recordset",
            "model": "res.users",
            "ids": [1],
            "uid": 1,
            "su": True,
        }
        self.json2(self.user, "test.queue.job", "receive", body=forged)
        job = self.env["queue.job"].search([], order="id desc", limit=1)
        self.assertEqual(job.user_id, self.user)
        self.assertEqual(Job.load(self.env, job.uuid).args, (forged,))
        run_jobs(self.env)
        self.assertEqual(job.state, "done")
        self.assertEqual(job.result, str(((forged,), {})))


@tagged("post_install", "-at_install")
class TestPublicMethods(AttackCase):
    #: What can be called over the network of the models of this addon, beside Odoo's own.
    PUBLIC = {
        "queue.job": {
            *("write", "copy"),  # which refuse what is not for users
            *("requeue", "button_done", "button_cancelled", "button_where", "button_run_now"),
            *("open_related_action", "open_graph_jobs", "related_action_open_record"),
            "look_where",
        },
        "queue.job.channel": {
            *("create", "name_create", "write"),
            *("button_pause", "button_resume", "button_drain"),
            "action_open_jobs",
        },
        "queue.job.dashboard": {"get_overview", "get_warnings"},
        "queue.job.database": {"adopt", "button_adopt"},
        "queue.job.mixin": {"action_open_queue_jobs"},
        "queue.job.function": {"create", "write", "unlink", "job_function_name"},
        "queue.job.operation": {"step", "stop"},
        "queue.job.runner": {"action_open_jobs"},
        "queue.job.send.test": {"send"},
        "queue.requeue.job": {"requeue"},
        "queue.jobs.to.done": {"requeue", "set_done"},
        "queue.jobs.to.cancelled": {"requeue", "set_cancelled"},
        "queue.jobs.to.now": {"requeue", "run_now"},
        "queue.jobs.to.priority": {"requeue", "set_priority"},
        # Odoo's own, with its own checks: jobs let go of what is deleted.
        **{model: {"unlink"} for model in ("res.users", "res.company", "ir.model")},
    }

    def test_what_is_open_is_meant_to_be(self):
        for model in self._models():
            with self.subTest(model=model):
                self.assertEqual(self._open_methods(model), self.PUBLIC.get(model, set()))

    def _models(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "queue_job"), ("model", "=", "ir.model")]
        )
        return self.env["ir.model"].browse(data.mapped("res_id")).exists().mapped("model")

    def _open_methods(self, model):
        owners = [
            owner
            for owner in self.registry[model].mro()
            if owner.__module__.startswith("odoo.addons.queue_job")
        ]
        private = {
            name
            for owner in self.registry[model].mro()
            for name, member in vars(owner).items()
            if getattr(member, "_api_private", False)
        }
        return {
            name
            for owner in owners
            for name, member in vars(owner).items()
            if not name.startswith("_")
            and name not in private
            and not isinstance(member, type | fields.Field)
            and callable(getattr(owner, name))
        }

    def test_delaying_is_for_python(self):
        for method, kwargs in (
            ("with_delay", {}),
            ("delayable", {}),
            ("delay_many", {"delayables": []}),
        ):
            for model in ("queue.job", "res.partner"):
                if method == "delay_many" and model != "queue.job":
                    continue
                with self.subTest(model=model, method=method):
                    error = self.refused(self.json2, self.manager, model, method, **kwargs)
                    self.assertIn("Private methods", error)

    def test_configurations_are_not_read_by_the_back_door(self):
        for method in ("job_config", "job_limits"):
            error = self.refused(
                self.json2, self.user, "queue.job.function", method, name="<queue.job>._test_job"
            )
            self.assertIn("Private methods", error)


@tagged("post_install", "-at_install")
class TestRelatedActions(AttackCase):
    """A related action runs with superuser rights; a manager chooses its name."""

    DANGEROUS = (
        *("write", "_write", "unlink", "create", "sudo", "with_user", "browse", "load"),
        *("requeue", "button_done", "_change_job_state", "_test_job", "_settle_dependents"),
        *("message_post", "message_subscribe", "activity_schedule", "with_delay", "__init__"),
        *("name", "uuid", "_name", "env"),
    )

    def name_action(self, name, **kwargs):
        return self.json2(
            self.manager,
            "queue.job.function",
            "create",
            vals_list=[
                {
                    "name": f"<test.queue.job>.{name}_",
                    "related_action": {"func_name": name, "kwargs": kwargs},
                }
            ],
        )

    def test_only_methods_made_for_it_can_be_named(self):
        for name in self.DANGEROUS:
            with self.subTest(name=name):
                error = self.refused(self.name_action, name)
                self.assertIn("can't be a related action", error)
        for name in ("related_action_open_record", "test_related_action", "of_another_addon"):
            self.name_action(name)

    def test_what_got_in_by_another_way_is_not_called(self):
        function = self.env["queue.job.function"].create({"name": "<test.queue.job>.give_back"})
        for name, kwargs in (
            ("write", {"vals": {"user_id": self.manager.id, "su": True}}),
            ("_write", {"vals": {"method_name": "unlink"}}),
            ("unlink", {}),
            ("of_another_addon", {}),
        ):
            self.env.cr.execute(
                "UPDATE queue_job_function SET related_action = %s WHERE id = %s",
                [json.dumps({"func_name": name, "kwargs": kwargs}), function.id],
            )
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            with self.subTest(name=name):
                error = self.refused(
                    self.xmlrpc, self.manager, "queue.job", "open_related_action", self.job.ids
                )
                self.assertIn("can't be a related action", error)
                self.assertEqual(self.job.method_name, "give_back")
                self.assertNotEqual(self.job.user_id, self.manager)

    def test_its_arguments_are_plain(self):
        forged = {"_type": "odoo_recordset", "model": "res.users", "ids": [1], "su": True}
        self.json2(
            self.manager,
            "queue.job.function",
            "create",
            vals_list=[
                {
                    "name": "<test.queue.job>.give_back",
                    "related_action": json.dumps(
                        {"func_name": "test_related_action", "kwargs": {"b": forged}}
                    ),
                }
            ],
        )
        action = self.json2(self.manager, "queue.job", "open_related_action", self.job.ids)
        self.assertNotIn("res.users(", action["url"])
        self.assertIn("'_type': 'odoo_recordset'", action["url"])


@tagged("post_install", "-at_install")
class TestDisclosure(AttackCase):
    """Who sees what jobs were given and what they said."""

    def read(self, user, model, ids, name):
        return self.json2(user, model, "read", ids, fields=[name])[0][name]

    def test_other_users_see_nothing(self):
        for model in ("queue.job", "queue.job.attempt", "queue.job.channel", "queue.job.function"):
            with self.subTest(model=model):
                self.refused(self.json2, self.user, model, "search_read", domain=[])
                self.refused(self.json2, self.user, model, "search_count", domain=[])

    def test_secrets_are_masked_for_managers(self):
        self.assertEqual(
            self.read(self.manager, "queue.job", self.job.ids, "kwargs"), {"password": MASK}
        )
        for name in ("func_string", "arguments_text"):
            text = self.read(self.manager, "queue.job", self.job.ids, name)
            self.assertIn(MASK, text)
            self.assertNotIn("hunter2", text)
        self.assertEqual(self.job.kwargs, {"password": "hunter2"}, "the job itself has it")

    def test_secrets_are_not_exported(self):
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        data = self.json2(
            self.manager, "queue.job", "export_data", self.job.ids, fields_to_export=["kwargs"]
        )
        self.assertEqual(data["datas"], [[json.dumps({"password": MASK})]])

    def test_secrets_can_not_be_guessed(self):
        for method, kwargs in (
            ("search_count", {"domain": [("kwargs", "like", "hunter")]}),
            ("search_read", {"domain": [], "order": "kwargs"}),
            (
                "formatted_read_group",
                {"domain": [], "groupby": ["kwargs"], "aggregates": ["__count"]},
            ),
            (
                "formatted_read_group",
                {"domain": [], "groupby": ["state"], "aggregates": ["kwargs:array_agg"]},
            ),
        ):
            with self.subTest(method=method, kwargs=kwargs):
                error = self.refused(self.json2, self.manager, "queue.job", method, **kwargs)
                self.assertIn("secrets in it are hidden", error)
        domain = [("job_id.kwargs", "like", "hunter")]
        self.refused(self.json2, self.manager, "queue.job.attempt", "search_count", domain=domain)
        self.assertTrue(self.env["queue.job"].sudo().search([("kwargs", "like", "hunter")]))

    def test_payloads_are_a_right_of_their_own(self):
        managers = self.env.ref("queue_job.group_queue_job_manager")
        self.assertIn(self.env.ref(PAYLOAD), managers.implied_ids)
        for model, names in PAYLOAD_FIELDS.items():
            for name in names:
                self.read(self.manager, model, self.ids[model], name)
        managers.implied_ids -= self.env.ref(PAYLOAD)
        for model, names in PAYLOAD_FIELDS.items():
            for name in names:
                with self.subTest(model=model, name=name):
                    self.refused(self.read, self.manager, model, self.ids[model], name)
        domain = [("exc_info", "like", "i")]
        self.refused(self.json2, self.manager, "queue.job", "search_count", domain=domain)

    def test_a_manager_without_that_right_still_works(self):
        self.env.ref("queue_job.group_queue_job_manager").implied_ids -= self.env.ref(PAYLOAD)
        views = [[False, kind] for kind in ("form", "list", "search", "pivot", "graph")]
        found = self.json2(self.manager, "queue.job", "get_views", views=views)
        for names in found["models"].values():
            self.assertFalse({"exc_info", "args", "kwargs"} & set(names["fields"]))
        action = self.json2(self.manager, "queue.job", "open_related_action", self.job.ids)
        self.assertEqual(action["res_id"], self.record.id)
        self.assertTrue(self.json2(self.manager, "queue.job", "requeue", self.job.ids))
        self.assertTrue(self.json2(self.manager, "queue.job", "button_cancelled", self.job.ids))
        self.assertEqual(self.job.state, "cancelled")

    def test_the_drawing_of_a_graph_shows_no_payload_either(self):
        self.job.with_context(_job_edit_sentinel=self.job.EDIT_SENTINEL).graph_uuid = "g"
        [node] = self.job.with_user(self.manager).dependency_graph["nodes"]
        self.assertIn("give_back(", node["title"])
        self.env.ref("queue_job.group_queue_job_manager").implied_ids -= self.env.ref(PAYLOAD)
        self.env.invalidate_all()
        [node] = self.job.with_user(self.manager).dependency_graph["nodes"]
        self.assertNotIn("give_back(", node["title"])

    def test_messages_tell_nothing(self):
        """What is posted, and so mailed, when a job fails and somebody reads it who may not
        see errors; others get the reason without its secrets."""
        secret = "https://me:hunter2@example.com?token=hunter2"
        self.job.requeue()
        self.env.flush_all()
        job = self.record.with_delay().fail_with(secret).db_record()
        run_jobs(self.env)
        self.assertEqual(job.state, "failed")
        self.assertNotIn("hunter2", f"{job.exc_message} {job.exc_info}")
        bodies = str(job.message_ids.mapped("body"))
        self.assertIn("has failed: ValueError", bodies)
        self.assertNotIn("hunter2", bodies)
        job = self.record.with_user(self.user).with_delay().fail_with(secret).db_record()
        run_jobs(self.env)
        bodies = str(job.message_ids.mapped("body"))
        self.assertIn("has failed: ValueError", bodies)
        self.assertNotIn("example.com", bodies)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

#: Rights of a Job Queue Manager; of those who are none, Job Queue Users have some, see the
#: matrix of test_queue_job. (read, write, create, unlink)
MANAGER = {
    "queue.job": (True, True, False, False),
    "queue.job.dependency": (True, False, False, False),
    "queue.job.attempt": (True, False, False, False),
    "queue.job.command": (True, False, False, False),
    "queue.job.progress": (True, False, False, False),
    "queue.job.checkpoint": (True, False, False, False),
    "queue.job.link": (True, False, False, False),
    "queue.job.log": (True, False, False, False),
    "queue.job.notice": (True, False, False, False),
    "queue.job.stack": (True, False, False, False),
    "queue.job.statistic": (True, False, False, False),
    "queue.job.bucket": (True, False, False, False),
    "queue.job.runner": (True, False, False, False),
    "queue.job.database": (True, False, False, False),
    "queue.job.function": (True, True, True, True),
    "queue.job.channel": (True, True, True, True),
    "queue.requeue.job": (True, True, True, True),
    "queue.jobs.to.done": (True, True, True, True),
    "queue.jobs.to.cancelled": (True, True, True, True),
    "queue.jobs.to.now": (True, True, True, True),
    "queue.jobs.to.priority": (True, True, True, True),
    "queue.job.operation": (True, False, False, False),
    "queue.job.send.test": (True, True, True, True),
}
OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestAccess(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.manager = new_test_user(
            cls.env,
            login="queue_manager",
            groups="base.group_user,queue_job.group_queue_job_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.outsiders = [
            new_test_user(cls.env, login="queue_user", groups="base.group_user"),
            new_test_user(cls.env, login="queue_portal", groups="base.group_portal"),
            new_test_user(cls.env, login="queue_system", groups="base.group_system"),
            cls.env.ref("base.public_user"),
        ]
        cls.job = cls._job(cls.company)

    @classmethod
    def _job(cls, company):
        queue = cls.env["queue.job"].with_context(company_id=company.id if company else None)
        return queue.with_delay()._test_job().db_record()

    def test_every_model_of_ours_is_in_the_matrix(self):
        names = {
            data.name.removeprefix("model_").replace("_", ".")
            for data in self.env["ir.model.data"].search(
                [("module", "=", "queue_job"), ("model", "=", "ir.model")]
            )
        }
        own = {name for name in names if name.startswith("queue.")}
        # What has no table has no rights: its methods check those of the jobs.
        own = {name for name in own if name not in self.env or not self.env[name]._abstract}
        self.assertEqual(own - {"queue.job.lock"}, set(MANAGER) & own)
        self.assertGreaterEqual(len(own), len(MANAGER))

    def test_matrix(self):
        for model_name, allowed in MANAGER.items():
            for operation, expected in zip(OPERATIONS, allowed, strict=True):
                with self.subTest(model=model_name, operation=operation):
                    model = self.env[model_name].with_user(self.manager)
                    self.assertEqual(model.has_access(operation), expected)
                    for user in self.outsiders:
                        model = self.env[model_name].with_user(user)
                        self.assertFalse(model.has_access(operation), user.login)

    def test_administrators_are_managers(self):
        group = self.env.ref("queue_job.group_queue_job_manager")
        users = group.with_context(active_test=False).user_ids
        self.assertIn(self.env.ref("base.user_admin"), users)
        self.assertIn(self.env.ref("base.user_root"), users)
        self.assertEqual(group.privilege_id, self.env.ref("queue_job.privilege_queue_job"))
        self.assertEqual(
            group.privilege_id.category_id, self.env.ref("queue_job.module_category_queue_job")
        )

    def test_jobs_of_other_companies_are_hidden(self):
        hidden = self._job(self.other_company)
        shared = self._job(None)
        visible = self.env["queue.job"].with_user(self.manager).search([])
        self.assertIn(self.job, visible)
        self.assertIn(shared, visible)
        self.assertNotIn(hidden, visible)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            hidden.with_user(self.manager).read(["name"])

    def test_what_hangs_on_hidden_jobs_is_hidden_too(self):
        hidden = self._job(self.other_company)
        for model, values in (
            ("queue.job.attempt", {"number": 1, "exc_message": "secret"}),
            ("queue.job.command", {"command": "cancel"}),
            ("queue.job.progress", {"done": 1}),
            ("queue.job.checkpoint", {"state": {"last": 1}}),
            ("queue.job.link", {"res_model": "res.partner", "res_id": 1}),
            ("queue.job.log", {"message": "secret"}),
            ("queue.job.stack", {"stack": "secret"}),
        ):
            seen, unseen = self.env[model].create(
                [{"job_id": self.job.id, **values}, {"job_id": hidden.id, **values}]
            )
            found = self.env[model].with_user(self.manager).search([])
            self.assertIn(seen, found)
            self.assertNotIn(unseen, found)

    def test_a_manager_acts_on_jobs(self):
        job = self.job.with_user(self.manager)
        self.assertTrue(job.button_cancelled())
        self.assertTrue(job.requeue())
        self.assertTrue(job.button_done())
        self.assertEqual(job.state, "done")

    def test_a_manager_sends_test_jobs(self):
        wizard = self.env["queue.job.send.test"].with_user(self.manager).create({})
        action = wizard.send()
        job = self.env["queue.job"].search(action["domain"])
        self.assertEqual(job.user_id, self.manager)

    def test_others_can_not_act(self):
        for user in self.outsiders:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.job.with_user(user).button_cancelled()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["queue.job.send.test"].with_user(user).create({})

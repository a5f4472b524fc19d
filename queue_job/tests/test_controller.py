# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import re

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..wizards.queue_job_send_test import MAX_DURATION, MAX_SIZE

URL = "/queue_job/create_test_job"
UUID = r"[0-9a-f-]{36}"


@tagged("post_install", "-at_install")
class TestCreateTestJob(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="queue_erp_manager",
            password="queue_erp_manager",
            groups="base.group_user,base.group_erp_manager,queue_job.group_queue_job_manager",
        )

    def setUp(self):
        super().setUp()
        self.authenticate("queue_erp_manager", "queue_erp_manager")

    def _post(self, **data):
        data.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(URL, data=data)

    def _job(self, response):
        [uuid] = re.findall(rf"^job uuid: ({UUID})$", response.text)
        return self.env["queue.job"].search([("uuid", "=", uuid)])

    def test_one_job(self):
        response = self._post()
        self.assertEqual(response.status_code, 200)
        job = self._job(response)
        self.assertEqual((job.name, job.state, job.user_id), ("Test job", "pending", self.user))

    def test_parameters(self):
        job = self._job(
            self._post(
                priority=4,
                max_retries=2,
                channel="root",
                description="Ping",
                failure_rate="0.5",
                job_duration="1.5",
                commit_within_job="1",
                failure_retry_seconds="9",
            )
        )
        self.assertEqual((job.priority, job.max_retries, job.name), (4, 2, "Ping"))
        self.assertEqual(
            job.kwargs,
            {
                "failure_rate": 0.5,
                "job_duration": 1.5,
                "commit_within_job": True,
                "failure_retry_seconds": 9,
            },
        )

    def test_what_is_no_number_counts_as_the_default(self):
        job = self._job(self._post(priority="high", max_retries="", size="x", failure_rate="?"))
        self.assertEqual((job.priority, job.max_retries), (10, 5))
        self.assertEqual(job.kwargs["failure_rate"], 0)

    def test_graph(self):
        response = self._post(size=12)
        [uuid] = re.findall(rf"^graph uuid: ({UUID})$", response.text)
        self.assertEqual(self.env["queue.job"].search_count([("graph_uuid", "=", uuid)]), 12)

    def test_nothing_asked_for(self):
        response = self._post(size=0)
        self.assertEqual((response.status_code, response.text), (200, ""))

    def test_bounds(self):
        before = self.env["queue.job"].search_count([])
        for data in (
            {"failure_rate": 2},
            {"failure_rate": -1},
            {"failure_rate": "nan"},
            {"size": MAX_SIZE + 1},
            {"job_duration": MAX_DURATION + 1},
            {"job_duration": "inf"},
            {"failure_retry_seconds": MAX_DURATION + 1},
        ):
            with self.subTest(data=data):
                self.assertEqual(self._post(**data).status_code, 400)
        self.assertEqual(self.env["queue.job"].search_count([]), before)

    def test_a_link_can_not_create_jobs(self):
        self.assertEqual(self.url_open(URL).status_code, 405)

    @mute_logger("odoo.http")
    def test_another_site_can_not_create_jobs(self):
        for token in ("", "wrong"):
            self.assertEqual(self._post(csrf_token=token).status_code, 400)

    @mute_logger("odoo.http")
    def test_other_users_can_not_create_jobs(self):
        new_test_user(self.env, login="queue_user", password="queue_user")
        self.authenticate("queue_user", "queue_user")
        self.assertEqual(self._post().status_code, 403)

    def test_visitors_are_sent_to_the_login(self):
        self.authenticate(None, None)
        response = self.url_open(
            URL,
            data={"csrf_token": http.Request.csrf_token(self)},
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_there_is_no_route_that_runs_jobs(self):
        response = self.url_open("/queue_job/runjob?job_uuid=x")
        self.assertEqual(response.status_code, 404)
        ours = {
            rule.rule
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.func.__module__.startswith("odoo.addons.queue_job.")
        }
        self.assertEqual(ours, {URL, "/queue_job/metrics", "/queue_job/health"})

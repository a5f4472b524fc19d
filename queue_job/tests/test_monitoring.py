# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Metrics and health, as a monitor without a session asks for them."""

import dataclasses
from unittest import mock

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..engine import configuration, metrics
from ..engine.statistics import Ran, Statistics
from ..rules.histogram import BOUNDS, CLASSES
from ..store import runners, statistics

TOKEN = "a-token-that-is-long-enough"
NAME = "<res.partner>.write"


@tagged("post_install", "-at_install")
class TestMonitoring(HttpCase):
    def setUp(self):
        super().setUp()
        self.cr.execute("DELETE FROM queue_job")
        self.cr.execute("DELETE FROM queue_job_runner")
        self.cr.execute("DELETE FROM queue_job_statistic")
        self.configure(TOKEN)

    def configure(self, token):
        settings = dataclasses.replace(configuration.current(), metrics_token=token)
        patch = mock.patch.object(configuration, "current", return_value=settings)
        patch.start()
        self.addCleanup(patch.stop)

    def ask(self, what, token=TOKEN):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.url_open(f"/queue_job/{what}", headers=headers)

    def add_runner(self):
        return runners.register(
            self.cr,
            name="here:1",
            uuid="monitored",
            hostname="here",
            boot_id="",
            pid_namespace="",
            pid=1,
            start_ticks=1,
            slots=4,
            version="1",
        )

    def test_closed_unless_configured(self):
        self.configure(None)
        for what in ("metrics", "health"):
            self.assertEqual(self.ask(what).status_code, 404)

    @mute_logger("odoo.http")
    def test_closed_without_the_token(self):
        for what in ("metrics", "health"):
            for token in (None, "", "another-token-of-some-length", TOKEN + "x"):
                answer = self.ask(what, token)
                self.assertEqual(answer.status_code, 401, (what, token))
                self.assertNotIn("queue_job_jobs", answer.text)
            self.assertEqual(self.url_open(f"/queue_job/{what}?token={TOKEN}").status_code, 401)

    def test_health_follows_the_beats(self):
        self.assertEqual(self.ask("health").status_code, 503)
        self.assertIn("no job server", self.ask("health").text)
        runner = self.add_runner()
        answer = self.ask("health")
        self.assertEqual((answer.status_code, answer.text), (200, "ok\n"))
        self.cr.execute(
            "UPDATE queue_job_runner SET date_beat = date_beat - interval '16 s' WHERE id = %s",
            [runner],
        )
        self.assertEqual(self.ask("health").status_code, 503)

    def test_health_tells_when_nothing_may_run(self):
        self.add_runner()
        self.env.ref("base.module_base").state = "to upgrade"
        self.env.flush_all()
        answer = self.ask("health")
        self.assertEqual(answer.status_code, 503)
        self.assertIn("base", answer.text)

    def test_metrics(self):
        self.add_runner()
        ran = Statistics()
        for end, waited, seconds in (("done", 1.0, 0.2), ("done", 1.0, 40.0), ("failed", 0, 0)):
            ran.add(Ran(NAME, "root", end, waited, seconds))
        statistics.add(self.cr, sums=list(ran._sums.items()))
        answer = self.ask("metrics")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        lines = answer.text.splitlines()
        labels = f'channel="root",function="{NAME}"'
        for line in (
            "queue_job_nodes 1.0",
            "queue_job_workers 4.0",
            'queue_job_jobs{state="waiting"} 0.0',
            'queue_job_channel_paused{channel="root"} 0.0',
            f'queue_job_runs_total{{channel="root",end="done",function="{NAME}"}} 2.0',
            f'queue_job_runs_total{{channel="root",end="lost",function="{NAME}"}} 0.0',
            f'queue_job_run_seconds_bucket{{{labels},le="0.25"}} 2.0',
            f'queue_job_run_seconds_bucket{{{labels},le="60"}} 3.0',
            f'queue_job_run_seconds_bucket{{{labels},le="+Inf"}} 3.0',
            f"queue_job_run_seconds_count{{{labels}}} 3.0",
            f"queue_job_wait_seconds_sum{{{labels}}} 2.0",
        ):
            self.assertIn(line, lines)

    def test_metrics_tell_nothing_of_a_job(self):
        self.env["res.partner"].with_delay(description="Nobody's business").write({"name": "x"})
        text = self.ask("metrics").text
        self.assertNotIn("business", text)

    def test_buckets_take_what_an_older_version_wrote(self):
        self.assertEqual(metrics._buckets([1, 2])[:2], [("0.001", 1), ("0.0025", 3)])
        self.assertEqual(metrics._buckets([1, 2])[-1], ("+Inf", 3))
        self.assertEqual(len(metrics._buckets([1] * CLASSES)), len(BOUNDS) + 1)

    def test_without_the_client_library(self):
        with mock.patch.dict("sys.modules", prometheus_client=None):
            answer = self.ask("metrics")
        self.assertEqual(answer.status_code, 501)
        self.assertIn("prometheus_client", answer.text)

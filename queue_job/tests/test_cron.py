# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The scheduled action that runs jobs; what it runs is tested with real servers."""

from dataclasses import replace
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ..engine import configuration, cron_driver, notifier
from ..engine.cron_driver import CronDriver
from ..rules.settings import Settings
from ..store import cron, runners


@tagged("post_install", "-at_install")
class TestCron(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM queue_job_runner")
        cls.action = cls.env.ref("queue_job.cron_run_jobs")

    def _triggers(self):
        self.env.flush_all()
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.action.id)])

    def _runner(self, kind="process", state="running", slots=1, obstacle=None):
        runner_id = runners.register(
            self.env.cr,
            name="test",
            uuid=f"{kind}{state}{slots}{obstacle}",
            hostname="test",
            boot_id="test",
            pid_namespace="test",
            pid=1,
            start_ticks=1,
            slots=slots,
            version="test",
            kind=kind,
        )
        runners.beat(
            self.env.cr, runner_id=runner_id, worker_pids=[1], state=state, obstacle=obstacle
        )
        return runner_id

    def test_it_is_not_active_by_itself(self):
        self.assertFalse(self.action.active)
        self.assertFalse(cron.is_active(self.env.cr))

    def test_active_ones_are_found_copies_too(self):
        self.action.active = True
        self.env.flush_all()
        self.assertTrue(cron.is_active(self.env.cr))
        other = self.action.copy()
        self.action.active = False
        other.active = True
        self.env.flush_all()
        self.assertTrue(cron.is_active(self.env.cr))

    def test_it_is_triggered_once(self):
        self.assertEqual(cron.trigger(self.env.cr), 0)
        self.action.active = True
        self.env.flush_all()
        self.assertEqual(cron.trigger(self.env.cr), 1)
        self.assertEqual(cron.trigger(self.env.cr), 0)
        self.assertEqual(self._triggers(), 1)

    def _enqueue(self, driver):
        self.action.active = True
        settings = replace(configuration.current(), driver=driver)
        with (
            patch.object(configuration, "current", return_value=settings),
            patch.object(notifier, "publish") as publish,
            patch.object(notifier, "notify"),
        ):
            self.env["queue.job"].with_delay()._test_job()
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env.cr.postcommit.run()
        return [call.args for call in publish.mock_calls]

    def test_whoever_enqueues_has_it_run(self):
        self.assertEqual(self._enqueue("cron"), [("cron_trigger", self.env.cr.dbname)])
        self.assertEqual(self._triggers(), 1)

    def test_processes_need_no_trigger(self):
        self.assertEqual(self._enqueue("processes"), [])
        self.assertEqual(self._triggers(), 0)

    def test_servers_with_processes_that_can_run_jobs_count(self):
        self.assertEqual(cron.processes_alive(self.env.cr), 0)
        self._runner(kind="cron")
        self._runner(state="stopping")
        self._runner(slots=0)
        self._runner(obstacle="modules are being installed")
        late = self._runner(slots=3)
        self.env.cr.execute(
            "UPDATE queue_job_runner SET date_beat = date_beat - interval '1 minute' WHERE id = %s",
            [late],
        )
        self.assertEqual(cron.processes_alive(self.env.cr), 0)
        self._runner()
        self.assertEqual(cron.processes_alive(self.env.cr), 1)

    def test_why_not(self):
        def why(settings):
            return CronDriver(self.env.cr.dbname, settings).why_not(self.env.cr)

        self.assertIsNone(why(Settings()))
        self.assertIsNone(why(Settings(driver="cron", job_workers=0)))
        self.assertIn("stop_job_runner", why(Settings(stop_job_runner=True)))
        self.assertIn("exclude_databases", why(Settings(exclude_databases=(self.env.cr.dbname,))))
        self._runner()
        self.assertIn("processes of its own is alive", why(Settings(driver="cron")))

    def test_the_time_that_odoo_leaves(self):
        def left(workers, cron_limit, limit, elapsed=0.0):
            options = {
                "workers": workers,
                "limit_time_real_cron": cron_limit,
                "limit_time_real": limit,
            }
            with patch.dict(config.options, options):
                return cron_driver.seconds_of_odoo(elapsed)

        self.assertEqual(left(2, -1, 120), 115)
        self.assertEqual(left(2, 300, 120, elapsed=20.0), 275)
        self.assertEqual(left(2, 10, 120, elapsed=20.0), 0)
        self.assertIsNone(left(2, 0, 120))
        self.assertEqual(left(0, 0, 120), 115)
        self.assertIsNone(left(0, -1, 0))

    def test_the_dashboard_does_not_miss_a_server(self):
        def said():
            warnings = self.env["queue.job.dashboard"]._warnings([], [])
            return [text for warning in warnings if "server is alive" in (text := warning["text"])]

        self.assertTrue(said())
        self.action.active = True
        self.env.flush_all()
        self.assertFalse(said())

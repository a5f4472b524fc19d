# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs that tell what they do while they run."""

import logging
import os
import signal
import time
from pathlib import Path

from odoo import models

_logger = logging.getLogger(__name__)


class TestQueueEffect(models.Model):
    _inherit = "test.queue.effect"

    def _register_hook(self):
        """Where a test asks for it, write what becomes of jobs beside them, as an addon
        does that overrides ``write`` of queue.job."""
        super()._register_hook()
        if not self.env["ir.config_parameter"].sudo().get_param("test_queue_engine.foreign"):
            return
        queue_job = self.pool["queue.job"]
        origin = queue_job.write

        def write(jobs, vals):
            if "state" in vals:
                effects = jobs.env["test.queue.effect"].sudo()
                for job in jobs:
                    text = f"{job.state} -> {vals['state']} ({job.method_name})"
                    effects.create({"key": "foreign", "value": text})
                    if job.method_name == "refuse_to_fail" and vals["state"] == "failed":
                        raise ValueError("the other addon does not work")
            return origin(jobs, vals)

        queue_job.write = write

    def refuse_to_fail(self):
        """Raises, and so does the other addon"""
        raise ValueError("it does not work")

    def _wait_for(self, path, seconds=60):
        """Wait until the test has made a file."""
        end = time.monotonic() + seconds
        while not Path(path).exists():
            if time.monotonic() > end:
                raise TimeoutError(path)
            time.sleep(0.02)

    def report_progress(self, total, path=None):
        """Report each unit of work, and wait for the test in the middle."""
        for number in range(1, total + 1):
            self._job_progress(number, total, f"unit {number}, password=hidden{number}")
            if path and number == total // 2:
                self._wait_for(path)

    def lock_jobs(self):
        """Hold a lock on the table of jobs, as installing a module does, and report"""
        self.env.cr.execute("LOCK TABLE queue_job IN ACCESS EXCLUSIVE MODE")
        self._job_progress(1, 1)
        _logger.info("nobody can read this")

    def import_pages(self, pages, kill_at=None):
        """Leave an effect for each page, with a checkpoint after it."""
        state = self._job_checkpoint_state({"next": 1, "records": self.browse()})
        with self.env["test.queue.run"]._recorded("pages") as run:
            for page in range(state["next"], pages + 1):
                self.create({"key": "page", "value": f"{page} in run {run}"})
                if page == kill_at and run == 1:
                    self.env.flush_all()
                    os.kill(os.getpid(), signal.SIGKILL)
                self._job_checkpoint({"next": page + 1, "records": state["records"]})
        return f"from {state['next']}"

    def hold_everything(self, size):
        """Stay in C code that lets no other thread of Python run"""
        sum(range(size))

    def talk(self, lines, path=None, fail=False):
        """Log lines, and wait for the test before the last one."""
        for number in range(1, lines + 1):
            if path and number == lines:
                self._wait_for(path)
            _logger.info("line %d, api_key=%s", number, "hidden")
        _logger.debug("not worth keeping")
        if fail:
            try:
                raise KeyError("inner")
            except KeyError:
                _logger.exception("with its traceback")
            raise ValueError("after talking")

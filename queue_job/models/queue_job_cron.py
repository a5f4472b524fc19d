# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The scheduled action that runs jobs where no process may."""

import logging
import threading
import time

from odoo import api, models
from odoo.tools import config

from ..engine import configuration, notifier
from ..engine.cron_driver import CronDriver

_logger = logging.getLogger(__name__)

# Where nothing tells how long a scheduled action may take.
_LONGEST_SECONDS = 10.0

# Odoo does not look by itself whether a scheduled action wants to go on: it is told when
# it has written that down.
_WAKE_SECONDS = 1.0


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.model
    def _run_by_cron(self) -> None:
        """Run jobs in this thread, as long as the scheduled action has time.

        The code of the scheduled action calls it; several of them are several jobs at a
        time. It does nothing while a job server with processes is alive.
        """
        if config["test_enable"]:
            return
        cron = self.env["ir.cron"]
        seconds = cron._commit_progress()
        if not seconds:
            # Odoo asks for one more turn, as we said that there is more: others first.
            cron._commit_progress(remaining=1)
            return
        driver = CronDriver(self.env.cr.dbname, configuration.current())
        reason = driver.why_not(self.env.cr)
        # Nothing of ours is left open while jobs run: an old snapshot keeps the database
        # from cleaning up.
        self.env.cr.commit()
        if reason:
            _logger.info("The scheduled action runs no jobs: %s", reason)
            return
        ended = driver.run(
            min(seconds, _LONGEST_SECONDS),
            elapsed=_elapsed(),
            progress=lambda count: cron._commit_progress(count, remaining=1),
        )
        cron._commit_progress(ended.count, remaining=int(ended.has_more))
        if ended.has_more:
            timer = threading.Timer(_WAKE_SECONDS, notifier.wake_cron, [self.env.cr.dbname])
            timer.daemon = True
            timer.start()


def _elapsed() -> float:
    """Seconds for which Odoo has seen this thread at work, which it limits."""
    start = getattr(threading.current_thread(), "start_time", None)
    return time.time() - start if start else 0.0

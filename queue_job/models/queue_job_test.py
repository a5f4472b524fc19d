# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A job that does nothing, to try the queue out."""

import logging
import random
import time

from odoo import models

from ..exception import JobError, RetryableJobError

_logger = logging.getLogger(__name__)


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _test_job(
        self,
        failure_rate=0,
        job_duration=0,
        commit_within_job=False,
        failure_retry_seconds=0,
    ):
        """Run a test job.

        :param failure_rate: chance to fail, from 0 to 1
        :param job_duration: seconds to sleep
        :param commit_within_job: commit once in the middle
        :param failure_retry_seconds: a failure asks for another try after so long
        """
        _logger.info("Running test job.")
        if job_duration:
            time.sleep(job_duration)
        if commit_within_job:
            self.env.cr.commit()
        if random.random() < failure_rate:
            if failure_retry_seconds:
                raise RetryableJobError(
                    f"Retryable test job, again in {failure_retry_seconds} s",
                    seconds=failure_retry_seconds,
                )
            raise JobError("The test job failed, as it was asked to.")

    def _test_on_fail(self, **kwargs):
        """Log the failure of a test job.

        :param kwargs: exc_name, exc_message, exc_info
        """
        _logger.info("Test job failed: %s", kwargs.get("exc_name"))

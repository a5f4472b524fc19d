# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Exceptions of the job queue, for those who write jobs and those who run them."""

from __future__ import annotations


class BaseQueueJobError(Exception):
    """Root of all errors of the job queue."""


class JobError(BaseQueueJobError):
    """Something is wrong with a job."""


class NoSuchJobError(JobError):
    """There is no job with this uuid in the database."""


class NotReadableJobError(JobError):
    """What a stored job should run is not there any more, or can't be understood."""


class NotAllowedJobError(JobError):
    """This server, or the settings of the job function, do not allow the job to run."""


class FailedJobError(JobError):
    """The job failed for good; it is not tried again."""


class RetryableJobError(JobError):
    """The job could not do its work now and asks to be tried again later.

    :param msg: why, shown as the job's result while it waits
    :param seconds: wait so long; None leaves it to the retry pattern of the job
        function, or else to 600 seconds
    :param ignore_retry: True keeps this try from counting
    """

    def __init__(self, msg: str, seconds: int | None = None, ignore_retry: bool = False):
        super().__init__(msg)
        self.seconds = seconds
        self.ignore_retry = ignore_retry


class NothingToDoJob(JobError):
    """The job found that there is nothing to do: it ends as done, with this message."""


class JobTimeout(JobError):
    """The job ran longer than its time limit."""


class JobCancelled(JobError):
    """Somebody cancelled the job while it ran."""


class JobArgumentError(JobError, ValueError, TypeError):
    """A job can't be stored with these arguments."""


class ChannelNotFound(BaseQueueJobError):
    """There is no channel with this name."""

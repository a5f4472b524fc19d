# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a method can do while it runs as a job: tell how far it is, commit, go on later."""

import json

from odoo import models

from ..engine import current
from ..exception import JobArgumentError, JobError
from ..fields import JobEncoder, decode
from ..job_arguments import _check_text
from ..rules.progress import read_progress
from ..rules.values import size_text
from ..store import checkpoint

#: Bytes of JSON: the place where to go on, not the data to go on with.
_MAX_STATE = 64 * 1024


class Base(models.AbstractModel):
    _inherit = "base"

    def _job_progress(self, done, total=None, message=None):
        """Tell how far the running job is; others see it at once.

        May be called as often as you like: it is written at most twice a second, past
        the job's transaction, and the last value always. Outside of a job, it does
        nothing.

        :param done: units of work done so far, 0 or more
        :param total: units in all; None when unknown
        :param message: what the job is doing, one line
        :raise ValueError: when ``done`` or ``total`` is no number, or negative
        """
        what = read_progress(done, total, message)
        job = current.get()
        if job is not None:
            job.recording.report(what)

    def _job_checkpoint(self, state=None):
        """Commit the work of the running job so far, and remember where to go on.

        The commit is refused, and the job stopped, when the job was taken from this
        process meanwhile. When the job runs again (it failed, was killed, ran over its
        time limit), :meth:`_job_checkpoint_state` returns ``state``. Outside of a job
        nothing happens, and nothing is committed.

        :param state: where to go on from: what a job argument may be, small; None
            keeps what was stored before
        :return: True within a job, else False
        :raise JobError: when these records are not on the job's own cursor
        :raise JobArgumentError: when the state can't be stored
        """
        job = current.get()
        if job is None:
            return False
        if self.env.cr is not job.cr:
            raise JobError(
                "A checkpoint commits the job's own transaction: call it on records of the "
                "job's environment, not on another cursor."
            )
        text = None if state is None else _encode_state(state)
        self.env.flush_all()
        if text is not None:
            job.has_state = True
            checkpoint.save(self.env.cr, job_id=job.job_id, state=text)
        (job.commit or job.cr.commit)()
        return True

    def _job_checkpoint_state(self, default=None):
        """Return what the last checkpoint of the running job has stored.

        :param default: what to return when there is none, and outside of a job
        :return: the state, with its records and dates
        """
        job = current.get()
        state = checkpoint.load(job.cr, job_id=job.job_id) if job is not None else None
        if state is None:
            return default
        job.has_state = True
        return decode(state, self.env)


def _encode_state(state) -> str:
    try:
        text = JobEncoder(allow_nan=False).encode(state)
        # What JSON allows and jsonb does not.
        if "\\u0000" in text or "\\ud" in text:
            _check_text(json.loads(text))
    except (TypeError, ValueError) as error:
        raise JobArgumentError(
            f"The state of a checkpoint does not fit in JSON: {error}"
        ) from error
    if len(text) > _MAX_STATE:
        raise JobArgumentError(
            f"The state of a checkpoint takes {size_text(len(text))} of JSON, more than the "
            f"{size_text(_MAX_STATE)} it may: store where to go on, not the data itself."
        )
    return text

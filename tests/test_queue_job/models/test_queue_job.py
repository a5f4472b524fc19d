# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

import psycopg2.errors

from odoo import api, fields, models

from odoo.addons.queue_job.exception import (
    FailedJobError,
    NothingToDoJob,
    RetryableJobError,
)
from odoo.addons.queue_job.fields import JobSerialized


class TestQueueJob(models.Model):
    _name = "test.queue.job"
    _description = "Records with jobs"

    name = fields.Char()
    note = fields.Char()
    count = fields.Integer()
    failure = fields.Char()
    data = JobSerialized(base_type=dict)
    values = JobSerialized(base_type=list)
    record = JobSerialized(base_type=models.BaseModel)

    def append(self, text, times=1):
        """Append to the name

        More about it.
        """
        for record in self:
            record.name = (record.name or "") + str(text) * times
        return self

    def docstring_on_second_line(self):
        """
        Begins on the second line
        """

    def no_docstring(self):
        return self.env.context.get("job_uuid")

    def give_back(self, *args, **kwargs):
        return args, kwargs

    def look_around(self):
        """What the job sees of the world"""
        env = self.env
        return f"{env.uid} {env.su} {dict(env.context)}"

    def configured(self, *args):
        """Has a job function"""

    def without_action(self):
        """Has no related action"""

    def committing(self, other):
        """Has a transaction of its own"""
        return self.env.cr is other.env.cr, self.env.cr

    def bad_on_fail(self):
        """Names a field as its on_fail method"""

    def note_failure(self, exc_name=None, exc_message=None, exc_info=None):
        self.failure = f"{exc_name}: {exc_message}"

    def write_on_own_job(self, values):
        """Notes something on its job"""
        job_uuid = self.env.context["job_uuid"]
        self.env["queue.job"].sudo().search([("uuid", "=", job_uuid)]).write(values)

    def retry_later(self, seconds=None, ignore_retry=False):
        raise RetryableJobError("later", seconds=seconds, ignore_retry=ignore_retry)

    def fail_for_good(self):
        raise FailedJobError("for good")

    def break_down(self):
        raise ZeroDivisionError("oh")

    def unreliable(self, kind="arithmetic"):
        """Raises what its job function retries, or not"""
        if kind == "arithmetic":
            raise ZeroDivisionError("oh")
        if kind == "serialization":
            raise psycopg2.errors.SerializationFailure("met somebody")
        raise ValueError("no")

    def fail_with(self, message):
        raise ValueError(message)

    @api.model
    def receive(self, body):
        """Open to RPC, as a webhook would be"""
        self.with_delay().give_back(body)

    def nothing_to_do(self, message=""):
        self.name = "seen"
        raise NothingToDoJob(message)

    def work_through(self, total, fail_at=None):
        """Append numbers, with a checkpoint after each"""
        state = self._job_checkpoint_state({"next": 1})
        for number in range(state["next"], total + 1):
            self.append(number)
            self._job_progress(number, total, f"{number} of {total}")
            if number == fail_at and not self.note:
                raise ValueError("half-way")
            self._job_checkpoint({"next": number + 1})

    def return_text(self, text):
        return text

    def return_characters(self, codes):
        return "".join(map(chr, codes))

    def raise_characters(self, codes):
        raise ValueError("".join(map(chr, codes)))

    def keep_state(self, state):
        """Fails the first time, returns what it has kept the second time"""
        kept = self._job_checkpoint_state()
        if kept is None:
            self._job_checkpoint(state)
            raise ValueError("once")
        return repr(sorted(kept.items()))

    def delay_another(self, text):
        self.with_delay().append(text)

    def delayed_itself(self, text, **kwargs):
        """Delays itself"""
        return self.append(text)

    def delayed_itself_job_options(self, text, **kwargs):
        return {"priority": 7, "description": f"append {text}"}

    def delayed_when_asked(self, text):
        return self.append(text)

    def _register_hook(self):
        for name, key in (
            ("delayed_itself", None),
            ("delayed_when_asked", "auto_delay_when_asked"),
        ):
            method = self._patch_job_auto_delay(name, context_key=key)
            setattr(type(self), name, method)
        return super()._register_hook()

    @api.model
    def _job_store_values(self, job):
        return {
            "test_hook": f"generic {job.method_name}",
            "test_other": "generic",
            "state": "done",
            "no_such_field": 1,
        }

    def _job_store_values_for_give_back(self, job):
        return {
            "test_hook": f"specific {job.retry}",
            "test_user_id": self.env.uid,
            "test_partner_ids": [(6, 0, self.env.company.partner_id.ids)],
        }

    @api.model
    def _job_prepare_context_before_enqueue_keys(self):
        return (*super()._job_prepare_context_before_enqueue_keys(), "test_allowed")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What every model gets: delaying its methods."""

import functools

from odoo import api, models

from ..delay import Delayable, DelayableRecordset
from ..utils import must_run_without_delay


class Base(models.AbstractModel):
    _inherit = "base"

    @api.private
    def with_delay(
        self,
        priority=None,
        eta=None,
        max_retries=None,
        description=None,
        channel=None,
        identity_key=None,
        **options,
    ):
        """Return a proxy of these records whose method calls become jobs.

        ``records.with_delay(priority=5).method("x")`` stores a job at once and
        returns it; the method runs later, in a worker, as the same user.

        :param priority: the smaller, the sooner; 10 by default
        :param eta: not before: datetime (naive UTC), timedelta, or seconds from now
        :param max_retries: tries until the job has failed; 0 for no end, 5 by default
        :param description: for people; by default the docstring's first line
        :param channel: complete name of a channel, wins over the job function's
        :param identity_key: text, or function of the job that returns it; while a
            job with this key waits, another one is not added
        :param options: keyword-only settings of this addon. ``timeout``: seconds the
            job may run. ``concurrency_key``: of all jobs with this key one runs at
            a time. ``context_keys``: names of context keys to keep besides those
            of ``_job_prepare_context_before_enqueue_keys``. ``identity_policy``:
            'skip' (default), 'replace' or 'rerun'.
        :return: DelayableRecordset
        """
        return DelayableRecordset(
            self,
            priority=priority,
            eta=eta,
            max_retries=max_retries,
            description=description,
            channel=channel,
            identity_key=identity_key,
            **options,
        )

    @api.private
    def delayable(
        self,
        priority=None,
        eta=None,
        max_retries=None,
        description=None,
        channel=None,
        identity_key=None,
        **options,
    ):
        """Return a job to be, for graphs: nothing is stored before ``delay()``.

        ``records.delayable().method("x").on_done(other.delayable().method()).delay()``

        :param options: and the others: as for :meth:`with_delay`
        :return: Delayable
        """
        return Delayable(
            self,
            priority=priority,
            eta=eta,
            max_retries=max_retries,
            description=description,
            channel=channel,
            identity_key=identity_key,
            **options,
        )

    def _patch_job_auto_delay(self, method_name, context_key=None):
        """Return a method that delays itself; set it on the class in ``_register_hook``.

        The original (attribute ``origin``) runs at once within a job, when
        ``context_key`` is given and not set in the context, and without delay (see
        ``must_run_without_delay``). ``<method_name>_job_options(*args, **kwargs)`` may
        return keywords for :meth:`with_delay`.

        :param method_name: name of the method to wrap
        :param context_key: context key that asks for the delay; None delays always
        """

        def auto_delay_wrapper(self, *args, **kwargs):
            context = self.env.context
            if (
                context.get("job_uuid")
                or (context_key and not context.get(context_key))
                or must_run_without_delay(self.env)
            ):
                return auto_delay_wrapper.origin(self, *args, **kwargs)
            get_options = getattr(self, f"{method_name}_job_options", None)
            options = get_options(*args, **kwargs) if get_options else {}
            return getattr(self.with_delay(**options), method_name)(*args, **kwargs)

        origin = getattr(type(self), method_name)
        functools.update_wrapper(auto_delay_wrapper, origin)
        auto_delay_wrapper.origin = origin
        return auto_delay_wrapper

    @api.model
    def _job_store_values(self, job):
        """Return values for further stored fields of queue.job; meant to be overridden.

        Called each time a job of this model is stored. For one method only, define
        ``_job_store_values_for_<method>(job)``; it wins where both name a field.

        :param job: odoo.addons.queue_job.job.Job
        :return: dict; names that are no stored field, and those the job sets itself,
            are left out
        """
        return {}

    @api.model
    def _job_prepare_context_before_enqueue_keys(self):
        """Return the names of the context keys that jobs keep; meant to be overridden.

        :return: tuple of str
        """
        return ("tz", "lang", "allowed_company_ids", "force_company", "active_test")

    def _job_prepare_context_before_enqueue(self):
        """Return the part of the context that a job keeps.

        :return: dict
        """
        keys = self._job_prepare_context_before_enqueue_keys()
        return {key: value for key, value in self.env.context.items() if key in keys}

    def _job_serialized_env(self):
        """Return the environment of recordsets in JobSerialized fields.

        :return: odoo.api.Environment; None where these fields hold plain JSON
        """
        return self.env

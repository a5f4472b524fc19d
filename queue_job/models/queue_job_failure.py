# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Telling people that jobs have failed, or ended."""

from odoo import api, models

from ..rules.states import DONE, FAILED
from ..store import notices
from .payload_group import PAYLOAD_GROUP

#: Of functions that nobody has set up: from that many failures within an hour on, there
#: is one message for all.
DIGEST_AFTER = 10
_REASON_LENGTH = 300


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _message_post_on_failure(self):
        """Subscribe those who should know, and post that the jobs have failed.

        Many failures of one function within an hour become one message. Who has asked
        for the job hears of it in any case, where the job function says so.
        """
        # Nobody needs to hear of jobs that were deleted meanwhile.
        for job in self.sudo().exists():
            how = job._failure_notice()
            if how != notices.NOTHING:
                users = self.env["res.users"].sudo().search(job._subscribe_users_domain())
                if job._subscribe_job_creator():
                    users |= job.user_id
                job.message_subscribe(partner_ids=users.partner_id.ids)
                message = job._message_failed_job()
                if message and how == notices.DIGEST:
                    message = f"{message} {job._message_more_failures()}"
                if message:
                    job.message_post(body=message, subtype_xmlid="queue_job.mt_job_failed")
            if job._function_limits().notify_user:
                self._notify_requester(job.user_id, job.name, FAILED)

    def _function_limits(self):
        """Return the JobLimits of the job's function."""
        return self.env["queue.job.function"].sudo().job_limits(self.channel_method_name or "")

    def _failure_notice(self) -> str:
        """Note the failure, and tell how people hear of it, see ``store.notices``."""
        limit = self._function_limits().digest_after
        if not limit:
            return notices.EACH
        function = self.channel_method_name or ""
        return notices.note(self.env.cr, function=function, limit=limit)

    def _subscribe_users_domain(self):
        """Return the domain of the users who follow failed jobs; may be overridden.

        :return: list, to which an override may append
        """
        group = self.env.ref("queue_job.group_queue_job_manager")
        domain = [("all_group_ids", "in", group.ids)]
        companies = self.company_id
        if companies:
            domain.append(("company_id", "in", companies.ids))
        return domain

    def _subscribe_job_creator(self) -> bool:
        """Tell whether the user of a failed job follows it; may be overridden."""
        return True

    def _message_failed_job(self):
        """Return what is posted on a failed job; may be overridden.

        :return: text, None to post nothing
        """
        self.ensure_one()
        reason = self._failure_reason()
        if not reason:
            return self.env._(
                "The job has failed. Its page 'Error' tells what happened; once the cause is "
                "gone, the job can be requeued."
            )
        return self.env._(
            "The job has failed: %(reason)s. Its page 'Error' tells more; once the cause is "
            "gone, the job can be requeued.",
            reason=reason.rstrip("."),
        )

    def _message_more_failures(self) -> str:
        """Return what the message says that stands for the failures after it."""
        return self.env._(
            "Jobs of %(function)s fail often now: for the rest of the hour, no further failure "
            "of them is announced. The list of jobs has them all.",
            function=self.channel_method_name,
        )

    def _failure_reason(self) -> str:
        """Return why the job has failed, as far as all who can read messages may know."""
        message = self.exc_message if self._is_payload_for_all_readers() else None
        message = " ".join((message or "").split())
        if len(message) > _REASON_LENGTH:
            message = f"{message[:_REASON_LENGTH]} …"
        name = (self.exc_name or "").rpartition(".")[2]
        return f"{name}: {message}" if name and message else name or message

    def _is_payload_for_all_readers(self) -> bool:
        group = self.env.ref(PAYLOAD_GROUP)
        partners = self.message_partner_ids.with_context(active_test=False)
        # The user sees the messages on own jobs, following or not.
        users = partners.user_ids | self.user_id
        return all(partner.user_ids for partner in partners) and all(
            group in user.all_group_ids for user in users
        )

    @api.model
    def _notify_requester(self, user, name: str, state: str):
        """Show somebody who works in Odoo right now that a job has ended.

        Goes over the bus with the transaction; browsers that were asleep get it later.

        :param user: who asked for the job
        :param name: description of the job
        :param state: 'done' or 'failed'
        """
        env = self.with_context(lang=user.lang).env
        is_done = state == DONE
        user._bus_send(
            "simple_notification",
            {
                "type": "success" if is_done else "danger",
                "title": env._("Job done") if is_done else env._("Job failed"),
                "message": name or "",
                "sticky": not is_done,
            },
        )

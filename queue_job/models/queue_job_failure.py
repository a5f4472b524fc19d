# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Telling people that a job has failed."""

from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _message_post_on_failure(self):
        """Subscribe those who should know, and post that the jobs have failed."""
        for job in self.sudo():
            users = self.env["res.users"].sudo().search(job._subscribe_users_domain())
            if job._subscribe_job_creator():
                users |= job.user_id
            job.message_subscribe(partner_ids=users.partner_id.ids)
            message = job._message_failed_job()
            if message:
                job.message_post(body=message, subtype_xmlid="queue_job.mt_job_failed")

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
        return self.env._(
            "The job has failed. Its page 'Error' tells what happened; once the cause is "
            "gone, the job can be requeued."
        )

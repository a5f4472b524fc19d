# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the form of a running job asks for again and again, as long as somebody looks."""

from typing import Any

from odoo import api, fields, models

from ..engine import notifier
from ..store import stack

#: Lines of the log, and characters of each, that are sent every few seconds.
_LINES = 100
_LENGTH = 1000


class QueueJob(models.Model):
    _inherit = "queue.job"

    log_tail = fields.Json(
        string="Latest Lines",
        compute="_compute_log_tail",
        exportable=False,
        groups="queue_job.group_queue_job_manager",
    )

    @api.depends_context("uid")
    def _compute_log_tail(self):
        for job in self:
            job.log_tail = job._log_tail() if job.id else False

    def _log_tail(self) -> list[dict[str, Any]]:
        """Return the last lines of the latest run that logged any, newest first."""
        lines = self.env["queue.job.log"]
        newest = lines.search([("job_id", "=", self.id)], limit=1)
        if not newest:
            return []
        is_told = lines._has_field_access(lines._fields["message"], "read")
        of_run = [("job_id", "=", self.id), ("run_token", "=", newest.run_token)]
        return [
            {
                "number": line.number,
                "date": fields.Datetime.to_string(line.date),
                "level": line.level,
                "message": (line.message or "")[:_LENGTH] if is_told else "",
            }
            for line in lines.search(of_run, limit=_LINES)
        ]

    def look_where(self) -> dict[str, Any] | bool:
        """Ask the server of this job where it stands, without waiting for the answer.

        :return: the last answer (``date``, ``stack``, ``statement``), False when there is none
            or the job does not run any more
        :raises odoo.exceptions.AccessError: the user may not act on the job, which it stops
            for a moment
        """
        self.ensure_one()
        self.check_access("write")
        if stack.request(self.env.cr, job_id=self.id, user_id=self.env.uid) is None:
            return False
        notifier.notify_after_commit(self.env.cr)
        found = stack.latest(self.env.cr, job_id=self.id)
        if not found:
            return False
        date, text, statement = found
        is_told = self._has_field_access(self._fields["stack_text"], "read")
        return {
            "date": fields.Datetime.to_string(date),
            "stack": (is_told and text) or "",
            "statement": (is_told and statement) or "",
        }

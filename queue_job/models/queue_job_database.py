# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""This database as the job queue knows it: is it the original or a copy?"""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import notifier
from ..store import stamp
from .big_integer import BigInteger

_logger = logging.getLogger(__name__)


class QueueJobDatabase(models.Model):
    """One row, written in plain SQL: at the first run, and when a copy is adopted."""

    _name = "queue.job.database"
    _description = "Job Queue of This Database"
    _log_access = False
    _rec_name = "uuid"

    uuid = fields.Char(string="UUID", readonly=True, help="Odoo's own number of the database.")
    oid = BigInteger(readonly=True, aggregator=None, help="PostgreSQL's number of the database.")
    system_identifier = fields.Char(
        readonly=True, help="PostgreSQL's number of the cluster that holds the database."
    )
    date_noted = fields.Datetime(
        string="Noted On", readonly=True, help="First run of jobs, or adoption of a copy."
    )
    is_neutralized = fields.Boolean(
        readonly=True, help="Neutralized as a copy for tests: no jobs are run."
    )
    is_copy = fields.Boolean(
        compute="_compute_is_copy",
        help="This is not the database in which the jobs were run before.",
    )

    @api.depends("uuid", "oid", "system_identifier")
    def _compute_is_copy(self):
        for database in self:
            noted = stamp.noted(self.env.cr)
            database.is_copy = bool(noted and noted.differences(stamp.present(self.env.cr)))

    def button_adopt(self) -> bool:
        """Let jobs run here; the button of the form.

        :return: True
        """
        return self.adopt()

    @api.model
    def adopt(self) -> bool:
        """Let jobs run in a database that was copied or neutralized.

        :return: True
        :raises AccessError: the user is no job queue manager
        """
        if not self.env.su and not self.env.user.has_group("queue_job.group_queue_job_manager"):
            raise AccessError(self.env._("Only job queue managers can let jobs run in a copy."))
        stamp.adopt(self.env.cr)
        self.invalidate_model()
        _logger.warning(
            "%s: adopted by %s (id %s): its jobs are run from now on",
            self.env.cr.dbname,
            self.env.user.login,
            self.env.uid,
        )
        notifier.notify_after_commit(self.env.cr)
        return True

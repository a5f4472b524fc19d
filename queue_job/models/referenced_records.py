# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Records that jobs refer to without a foreign key, and what becomes of the jobs when they go."""

from odoo import models
from odoo.tools import SQL, sql


def _let_go(records, column: str) -> None:
    """Have jobs refer to none of these records any more.

    :param records: what is about to be deleted
    :param column: of queue_job
    """
    jobs = records.env["queue.job"]
    jobs.flush_model([column])
    name = SQL.identifier(column)
    records.env.cr.execute(
        SQL("UPDATE queue_job SET %s = NULL WHERE %s = ANY(%s)", name, name, records.ids)
    )
    jobs.invalidate_model([column])


class ResUsers(models.Model):
    _inherit = "res.users"

    def unlink(self):
        _let_go(self, "user_id")
        return super().unlink()


class ResCompany(models.Model):
    _inherit = "res.company"

    def unlink(self):
        _let_go(self, "company_id")
        return super().unlink()


class QueueJobFunction(models.Model):
    _inherit = "queue.job.function"

    def unlink(self):
        _let_go(self, "job_function_id")
        return super().unlink()


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        # The database deletes the job functions of a model by cascade, past the ORM. Where this
        # addon itself is uninstalled, the columns are gone by now.
        columns = (("queue_job", "job_function_id"), ("queue_job_function", "model_id"))
        if all(sql.column_exists(self.env.cr, *column) for column in columns):
            functions = self.env["queue.job.function"].sudo()
            _let_go(functions.search([("model_id", "in", self.ids)]), "job_function_id")
        return super().unlink()

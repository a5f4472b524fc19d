# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Who may write what of a job."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import current
from ..rules.states import FAILED, PENDING, WAIT_DEPENDENCIES
from ..uniqueness import want_key

#: Fields that a user with write access may change, also over RPC.
_USER_FIELDS = frozenset(("priority", "eta", "channel"))
#: Addons whose fields of queue.job are not for users to write.
_OWN_MODULES = frozenset(("queue_job", "mail", "base", "web"))


class QueueJob(models.Model):
    _inherit = "queue.job"

    @api.private
    @api.model_create_multi
    def create(self, vals_list):
        """Create jobs; not over RPC, and without a word in their chatter.

        :param vals_list: values
        :return: the records
        """
        vals_list = [{**vals, "is_due": self._is_due_at(vals.get("eta"))} for vals in vals_list]
        return super(
            QueueJob,
            self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True),
        ).create(vals_list)

    def write(self, vals):
        """Write what the caller may write.

        What to run can't be changed; users may write some fields only; and nobody but
        its worker writes the row of a job that is leased.

        :param vals: values
        :return: True
        """
        self._check_protected(vals)
        self._check_not_leased(vals)
        if "eta" in vals:
            vals = {**vals, "is_due": self._is_due_at(vals["eta"])}
        state = vals.get("state")
        if state in (PENDING, WAIT_DEPENDENCIES):
            self._check_not_erased()
        if state and state not in (PENDING, WAIT_DEPENDENCIES):
            vals = {**vals, "unique_key": False}
        result = super().write(vals)
        if state == FAILED and not self._is_told_later():
            self._message_post_on_failure()
        if "user_id" in vals:
            self._write_user_of_records()
        if state in (PENDING, WAIT_DEPENDENCIES):
            self._want_unique_keys()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_leased(self):
        self._check_not_leased()

    def copy(self, default=None):
        """Refuse: a copy would be a job that nobody enqueued.

        :param default: ignored
        :raise UserError: always
        """
        raise UserError(self.env._("Jobs can't be duplicated; requeue the job instead."))

    def _comes_from_python(self) -> bool:
        # An object of this process can't be sent over RPC.
        return self.env.context.get("_job_edit_sentinel") is self.EDIT_SENTINEL

    def _is_told_later(self) -> bool:
        return self._comes_from_python() and bool(self.env.context.get("_job_told_later"))

    def _check_protected(self, vals):
        if self._comes_from_python():
            return
        refused = [name for name in vals if name in self._protected_fields]
        if not self.env.su:
            refused += [
                name for name in vals if name not in refused and not self._is_for_users(name)
            ]
        if refused:
            raise AccessError(self.env._("Not allowed to change field(s): %s", ", ".join(refused)))

    def _is_for_users(self, name: str) -> bool:
        return name in _USER_FIELDS or self._is_of_others(name)

    def _is_of_others(self, name: str) -> bool:
        field = self._fields.get(name)
        return (
            field is not None
            and not _OWN_MODULES.intersection(field._modules)
            # The chatter's, whichever addon has added it to all of them.
            and name not in self.env["mail.thread"]._fields
        )

    def _check_not_leased(self, vals=None):
        token = self.env.context.get("_job_run_token") if self._comes_from_python() else None
        ids = set(self._origin._ids)
        running = current.get()
        if running and running.cr is self.env.cr and vals and all(map(self._is_of_others, vals)):
            # A job may note something of its addon on itself: in its own transaction, which
            # ends with its row anyway.
            ids.discard(running.job_id)
        self.env.cr.execute(
            """
            SELECT name FROM queue_job
             WHERE id = ANY(%s) AND run_token IS NOT NULL AND run_token IS DISTINCT FROM %s
             LIMIT 1
            """,
            [list(ids), token],
        )
        row = self.env.cr.fetchone()
        if row:
            raise UserError(
                self.env._(
                    "The job %s is being run: it can't be changed before it has ended. "
                    "You can ask to cancel it.",
                    row[0],
                )
            )

    @api.model
    def _is_due_at(self, eta) -> bool:
        return not eta or fields.Datetime.to_datetime(eta) <= fields.Datetime.now()

    def _write_user_of_records(self):
        """Keep the user in the stored records like the job's own."""
        for job in self:
            if job.records:
                # pylint: disable-next=super-method-mismatch
                super(QueueJob, job).write({"records": job.records.with_user(job.user_id)})

    def _want_unique_keys(self):
        """Take back the keys of jobs that wait again, at the commit and if free."""
        for job in self.sudo():
            if job.identity_key:
                want_key(self.env.cr, job.uuid)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What people do to jobs: buttons of the views, and the methods behind them."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine import notifier
from ..exception import JobError
from ..job import Job
from ..rules.states import (
    CANCELLED,
    DONE,
    ENQUEUED,
    FAILED,
    LEASED,
    PENDING,
    WAIT_DEPENDENCIES,
)
from ..store import checkpoint, dependents

_BEFORE_THE_END = (WAIT_DEPENDENCIES, PENDING, ENQUEUED, FAILED)


class QueueJob(models.Model):
    _inherit = "queue.job"

    def button_done(self):
        """Set jobs that need not run any more to done.

        :return: True
        """
        result = self.env._("Manually set to done by %s", self.env.user.name)
        self._of_states(*_BEFORE_THE_END)._change_job_state(DONE, result=result)
        return True

    def button_cancelled(self):
        """Cancel waiting and failed jobs, and ask the servers to stop running ones.

        :return: True
        """
        self.check_access("write")
        running = self._leased()
        running._request_cancel()
        result = self.env._("Cancelled by %s", self.env.user.name)
        (self - running)._of_states(*_BEFORE_THE_END)._change_job_state(CANCELLED, result=result)
        return True

    def requeue(self):
        """Let ended jobs run again.

        :return: True
        """
        self._of_states(FAILED, DONE, CANCELLED)._change_job_state(PENDING)
        return True

    def button_run_now(self):
        """Let planned jobs run as soon as there is room, whatever their time (ETA).

        :return: True
        """
        self.check_access("write")
        self._operate("now")
        return True

    def _operate(self, action: str, priority: int | None = None) -> int:
        """Do to these jobs what can be done to them, and leave the others alone.

        :param action: one of ``queue_job_operation.ACTIONS``
        :param priority: the new one, for ``priority``
        :return: number of jobs that it was done to
        """
        self.check_access("write")
        leased = self._leased()
        free = self - leased
        if action == "requeue":
            jobs = free._of_states(FAILED, DONE, CANCELLED)
            jobs = jobs.filtered(lambda job: not job.sudo().date_erased)
            jobs.requeue()
        elif action == "cancel":
            jobs = free._of_states(*_BEFORE_THE_END) + leased
            jobs.button_cancelled()
        elif action == "done":
            jobs = free._of_states(*_BEFORE_THE_END)
            jobs.button_done()
        elif action == "priority":
            jobs = free._of_states(WAIT_DEPENDENCIES, PENDING, FAILED)
            jobs.write({"priority": priority})
        elif action == "now":
            jobs = free._of_states(WAIT_DEPENDENCIES, PENDING).filtered("eta")
            jobs.write({"eta": False})
        else:
            raise ValueError(f"No such action on jobs: {action!r}")
        if jobs:
            # Another order, or jobs that are due: the servers look again at once.
            notifier.notify_after_commit(self.env.cr)
        return len(jobs)

    def _leased(self):
        """Of these jobs, those that a server has."""
        return self.filtered(lambda job: job.sudo().run_token)

    def _of_states(self, *states):
        return self.filtered(lambda job: job.state in states)

    def _change_job_state(self, state, result=None):
        """Bring jobs to another state, with all that follows from it.

        :param state: 'done', 'pending' or 'cancelled'
        :param result: text to keep as the result
        :raise ValueError: for another state
        """
        if state not in (DONE, PENDING, CANCELLED):
            raise ValueError(f"State not supported: {state}")
        self.check_access("write")
        jobs = self.sudo().with_context(_job_edit_sentinel=self.EDIT_SENTINEL)
        if not jobs:
            return
        vals = {} if result is None else {"result": result}
        if state == PENDING:
            jobs._set_pending(vals)
        elif state == DONE:
            jobs.write(
                {
                    **vals,
                    "state": DONE,
                    "date_done": fields.Datetime.now(),
                    "exc_name": False,
                    "exc_message": False,
                    "exc_info": False,
                }
            )
            jobs._settle_dependents()
        else:
            jobs._cancel(vals)

    def _cancel(self, vals):
        """Cancel these jobs and what waits for them.

        Of two selected jobs the one that waits for the other goes because of it, as it
        does when it isn't selected.
        """
        now = fields.Datetime.now()
        vals = {**vals, "state": CANCELLED, "date_cancelled": now}
        self.flush_model()
        below = self.browse(dependents.waiting_within(self.env.cr, job_ids=self.ids))
        (self - below).write(vals)
        (self - below)._settle_dependents(now)
        # Those that run whatever becomes of their parents.
        spared = below._of_states(*_BEFORE_THE_END)
        spared.write(vals)
        spared._settle_dependents(now)

    def _set_pending(self, vals):
        self.flush_model()
        # What is done runs again from the start; what failed or was cancelled goes on.
        checkpoint.forget(self.env.cr, job_ids=self._of_states(DONE).ids)
        waiting = self.browse(dependents.waiting(self.env.cr, job_ids=self.ids))
        vals = {
            **vals,
            "retry": 0,
            "crashes": 0,
            "worker_pid": False,
            "date_enqueued": False,
            "date_started": False,
            "date_done": False,
            "date_cancelled": False,
        }
        # What was asked of the run before is not meant for the next one.
        self.env["queue.job.command"].search([("job_id", "in", self.ids)]).unlink()
        waiting.write({**vals, "state": WAIT_DEPENDENCIES})
        (self - waiting).write({**vals, "state": PENDING})
        notifier.notify_after_commit(self.env.cr)

    def _settle_dependents(self, now=None):
        """Let the jobs that wait for these ones go on, or cancel them.

        :param now: when these ones ended (naive UTC)
        """
        self.env["queue.job"].flush_model()
        released, cancelled = dependents.release(self.env.cr, parent_ids=self.ids, now=now)
        self.env["queue.job"].invalidate_model(flush=False)
        self.browse(cancelled)._repeat_end()
        if released or cancelled:
            notifier.notify_after_commit(self.env.cr)

    def _request_cancel(self):
        """Ask the servers that run these jobs to stop them."""
        if not self:
            return
        self.check_access("write")
        self.env.cr.execute(
            """
            INSERT INTO queue_job_command (job_id, command, user_id, date)
            SELECT id, 'cancel', %s, clock_timestamp() AT TIME ZONE 'UTC'
              FROM queue_job WHERE id = ANY(%s) AND state IN %s
                ON CONFLICT DO NOTHING
            """,
            [self.env.uid, self.ids, LEASED],
        )
        self.env["queue.job.command"].invalidate_model()
        self.invalidate_recordset(["cancel_requested"])
        notifier.notify_after_commit(self.env.cr)

    def open_related_action(self):
        """Open what the job is about.

        :return: action dict
        :raise UserError: when there is nothing to open
        """
        self.ensure_one()
        try:
            action = Job.load(self.env, self.uuid).related_action()
        except JobError as error:
            raise UserError(str(error)) from error
        if action is None:
            raise UserError(self.env._("No action available for this job"))
        return action

    def open_graph_jobs(self):
        """Open all jobs of the graphs of these jobs.

        :return: action dict
        """
        uuids = list(filter(None, self.mapped("graph_uuid")))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Jobs of the Graph"),
            "res_model": "queue.job",
            "view_mode": "list,form",
            "domain": [("graph_uuid", "in", uuids)],
        }

    def related_action_open_record(self):
        """Open the record, or the records, that the job runs on.

        :return: action dict, None when no record is left
        """
        self.ensure_one()
        records = self.records.exists()
        if not records:
            return None
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Related Record"),
            "res_model": records._name,
            "view_mode": "form",
            "res_id": records[:1].id,
        }
        if len(records) > 1:
            action.update(
                name=self.env._("Related Records"),
                view_mode="list,form",
                domain=[("id", "in", records.ids)],
            )
            del action["res_id"]
        return action

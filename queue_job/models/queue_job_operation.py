# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Actions on everything that a filter matches, a thousand jobs at a time."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..store import operation as locks

_logger = logging.getLogger(__name__)

#: Jobs of one transaction: a second or so, and no lock is held for longer.
_BATCH = 1000
#: After that many seconds without a step nobody looks at it any more: the cron goes on.
_STALE_SECONDS = 30
_KEEP_DAYS = 30

ACTIONS = [
    ("requeue", "Requeue"),
    ("cancel", "Cancel"),
    ("done", "Set to done"),
    ("priority", "Change priority"),
    ("now", "Run now"),
]


class QueueJobOperation(models.Model):
    """One action, how far it is, and who wanted it.

    The page that began it asks for one step after the other, so each request is short
    and the user sees how far it is; should the page be closed, the cron goes on. It is
    no job itself: it must also work where no job runs, as in a paused queue.
    """

    _name = "queue.job.operation"
    _description = "Action on Many Jobs"
    _order = "id DESC"
    _rec_name = "action"

    action = fields.Selection(ACTIONS, required=True, readonly=True)
    domain = fields.Text(string="Filter", required=True, readonly=True)
    priority = fields.Integer(readonly=True, aggregator=None)
    company_ids = fields.Json(string="Companies", readonly=True)
    last_id = fields.Integer(
        readonly=True, aggregator=None, help="Jobs enqueued later are not touched."
    )
    position = fields.Integer(readonly=True, aggregator=None)
    total = fields.Integer(string="Jobs", readonly=True, aggregator=None)
    seen = fields.Integer(readonly=True, aggregator=None)
    changed = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("stopped", "Stopped"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="running",
    )
    error = fields.Text(readonly=True)

    _running_index = models.Index("(id) WHERE state = 'running'")

    def step(self) -> dict[str, Any]:
        """Act on the next jobs, with the rights of the user who began the action.

        :return: how far it is, see ``_progress``
        :raises odoo.exceptions.AccessError: for the action of somebody else
        """
        self._check_own()
        operation = self.sudo()
        if operation.state != "running":
            return self._progress()
        self.flush_recordset()
        if not locks.take(self.env.cr, operation_id=self.id):
            return {**self._progress(), "is_busy": True}
        jobs = self._next_jobs()
        if jobs:
            changed = self._act_on(jobs)
            operation.write(
                {
                    "position": jobs[-1].id,
                    "seen": operation.seen + len(jobs),
                    "changed": operation.changed + changed,
                }
            )
        if len(jobs) < _BATCH:
            self._end("done")
        return self._progress()

    def stop(self) -> dict[str, Any]:
        """Leave the jobs that it has not come to alone.

        :return: how far it is
        """
        self._check_own()
        if self.sudo().state == "running":
            self._end("stopped")
        return self._progress()

    @api.model
    def _start(self, action: str, domain: list, **values) -> dict[str, Any]:
        """Begin an action on all jobs of a domain that the user may change.

        :param action: one of ``ACTIONS``
        :param domain: as the web client sends it
        :param values: other fields
        :return: action dict that shows how far it is
        """
        jobs = self.env["queue.job"]
        jobs.check_access("write")
        operation = self.sudo().create(
            {
                **values,
                "action": action,
                "domain": json.dumps(domain),
                "company_ids": self.env.companies.ids,
                "last_id": jobs.search([], order="id DESC", limit=1).id,
                "total": jobs.search_count(Domain(domain)),
            }
        )
        self._wake_cron()
        labels = dict(self._fields["action"]._description_selection(self.env))
        return {
            "type": "ir.actions.client",
            "tag": "queue_job.operation",
            "name": labels[action],
            "target": "new",
            "params": {"operation_id": operation.id},
        }

    def _check_own(self):
        self.ensure_one()
        self.check_access("read")
        if self.sudo().create_uid != self.env.user:
            raise AccessError(self.env._("Only the user who began this action can go on with it."))

    def _next_jobs(self):
        """Requeued are parents before children; of jobs that wait, the last ones first.

        The servers take the waiting jobs from the other end: they meet once and not in
        every batch.
        """
        operation = self.sudo()
        jobs = self.env["queue.job"].with_context(
            # One message for each of a hundred thousand jobs is of use to nobody.
            tracking_disable=True,
            allowed_company_ids=operation.company_ids,
        )
        is_up = operation.action == "requeue"
        domain = [("id", "<=", operation.last_id)]
        if operation.position:
            domain.append(("id", ">" if is_up else "<", operation.position))
        return jobs.search(
            Domain(json.loads(operation.domain)) & Domain(domain),
            order="id" if is_up else "id DESC",
            limit=_BATCH,
        )

    def _act_on(self, jobs) -> int:
        operation = self.sudo()
        free = jobs.browse(locks.lock_free(self.env.cr, job_ids=jobs.ids))
        if operation.action == "cancel":
            # Those that run are asked to stop; what is just being claimed is not seen yet.
            free += (jobs - free)._leased()
        return free._operate(operation.action, priority=operation.priority)

    def _end(self, state: str, error: str | None = None):
        operation = self.sudo()
        operation.write({"state": state, "error": error})
        _logger.info(
            "%s of jobs by %s (id %s): %s, %s of %s jobs changed, filter %s",
            operation.action,
            operation.create_uid.login,
            operation.create_uid.id,
            state,
            operation.changed,
            operation.total,
            operation.domain,
        )

    def _progress(self) -> dict[str, Any]:
        operation = self.sudo()
        return {
            "state": operation.state,
            "is_over": operation.state != "running",
            "is_busy": False,
            "total": max(operation.total, operation.seen),
            "seen": operation.seen,
            "changed": operation.changed,
            "error": operation.error or "",
        }

    # -- when nobody looks ----------------------------------------------------------------

    @api.model
    def _cron_go_on(self):
        """Finish what was begun on a page that is closed."""
        for operation in self.sudo().search(self._stale(), order="id"):
            operation._go_on()
            if self.env["ir.cron"]._commit_progress(1) <= 0:
                break
        if self.sudo().search_count([("state", "=", "running")], limit=1):
            self._wake_cron()
            self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _wake_cron(self):
        again = fields.Datetime.now() + timedelta(seconds=_STALE_SECONDS)
        self.env.ref("queue_job.cron_operations").sudo()._trigger(again)

    @api.model
    def _stale(self) -> Domain:
        limit = fields.Datetime.now() - timedelta(seconds=_STALE_SECONDS)
        return Domain([("state", "=", "running"), ("write_date", "<", limit)])

    def _go_on(self):
        """Make all steps that are left, each in a transaction of its own."""
        mine = self.with_user(self.create_uid)
        try:
            progress = mine.step()
            while not progress["is_over"] and not progress["is_busy"]:
                # Each batch is a piece of work of its own, and its locks must go.
                if self.env["ir.cron"]._commit_progress(0) <= 0:
                    return
                progress = mine.step()
        except OperationalError as error:
            # Somebody else wrote one of the jobs: the cron comes back to it.
            self.env.cr.rollback()
            _logger.info("action %s on jobs will be tried again: %s", self.id, error)
        except UserError as error:
            self.env.cr.rollback()
            self._end("failed", str(error))

    @api.autovacuum
    def _gc_ended(self):
        limit = fields.Datetime.now() - timedelta(days=_KEEP_DAYS)
        self.sudo().search([("state", "!=", "running"), ("write_date", "<", limit)]).unlink()

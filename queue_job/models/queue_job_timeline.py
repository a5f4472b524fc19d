# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a job's form tells of its runs: those that ended, and the one in progress."""

from datetime import UTC, datetime
from typing import Any

from odoo import fields, models

from ..engine import configuration
from ..rules.timeouts import channel_limit, effective_limit
from ..store import channels, progress

#: Of a job that was tried more often, the last runs.
_MAX_RUNS = 50


class QueueJob(models.Model):
    _inherit = "queue.job"

    timeline = fields.Json(compute="_compute_timeline")

    def _compute_timeline(self):
        for job in self:
            job.timeline = job._timeline() if job.id else False

    def _timeline(self) -> dict[str, Any]:
        """Return the runs of the job, oldest first; times in milliseconds since 1970."""
        is_told = self._has_field_access(self._fields["exc_message"], "read")
        attempts = self.attempt_ids.sorted("id")
        runs = [attempt._timeline_run(is_told) for attempt in attempts[-_MAX_RUNS:]]
        if self.state == "started" and self.date_started:
            runs.append(self._timeline_present(is_told))
        elif self.state == "done" and not attempts and self.date_started and self.date_done:
            runs.append(self._timeline_only())
        before = max(filter(None, (self.date_created, self.eta)), default=None)
        if attempts:
            # What it was planned for now is the next run.
            before = self.date_created
        before = _milliseconds(before)
        for run in runs:
            is_known = before and run["start"]
            run["waited"] = max(0.0, (run["start"] - before) / 1000) if is_known else None
            before = run["end"]
        return {
            "state": self.state,
            "now": _milliseconds(fields.Datetime.now()),
            "hidden": max(0, len(attempts) - _MAX_RUNS),
            "runs": runs,
        }

    def _timeline_present(self, is_told) -> dict[str, Any]:
        runner = self.sudo().runner_id.exists()
        started = self.date_started
        run = {
            **_run(self.attempt, "running", self.env._("Running"), started, None),
            "seconds": max(0.0, (fields.Datetime.now() - started).total_seconds()),
            "server": runner.name or False,
            "pid": self.worker_pid,
            "limit": self._present_limit(),
            "progress": False,
        }
        if reported := progress.of_jobs(self.env.cr, job_ids=self.ids).get(self.id):
            done, total, message = reported
            run["progress"] = {"done": done, "total": total, "message": message or False}
        return run

    def _timeline_only(self) -> dict[str, Any]:
        """The run of a job that went well at once: nothing else is kept of it."""
        run = _run(self.attempt, "done", self.env._("Done"), self.date_started, self.date_done)
        return {**run, "seconds": self.exec_time or run["seconds"]}

    def _present_limit(self) -> float | None:
        """Return the seconds that the job may run, None for no end.

        As its server has counted, if it and this one have the same configuration.
        """
        job = self.sudo()
        name = job.job_function_id.name
        of_function = job.job_function_id.job_limits(name).time_limit if name else None
        limits = channels.time_limits(self.env.cr)
        return effective_limit(
            per_call=job.time_limit,
            function=of_function,
            channel=channel_limit(job.channel or "root", limits),
            limit_time_real=configuration.current().limit_time_real,
        )


class QueueJobAttempt(models.Model):
    _inherit = "queue.job.attempt"

    def _timeline_run(self, is_told) -> dict[str, Any]:
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        label = labels.get(self.outcome, "")
        run = _run(self.number, self.outcome, label, self.date_start, self.date_end)
        run.update(
            server=self.runner_name or False,
            pid=self.worker_pid,
            error=self.exc_name or False,
            message=(is_told and self.exc_message) or False,
        )
        return run


def _run(number, outcome, label, start, end) -> dict[str, Any]:
    start, end = _milliseconds(start), _milliseconds(end)
    return {
        "number": number,
        "outcome": outcome,
        "label": label,
        "start": start,
        "end": end,
        "seconds": max(0.0, (end - start) / 1000) if start and end else None,
    }


def _milliseconds(date: datetime | None) -> float | None:
    return date.replace(tzinfo=UTC).timestamp() * 1000 if date else None

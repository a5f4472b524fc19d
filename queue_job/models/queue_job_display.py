# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the views of a job show beyond its columns; nothing here is stored."""

import json

from odoo import api, fields, models

from ..fields import ESCAPED, TAG
from ..rules.masking import mask
from .payload_group import PAYLOAD_GROUP

#: A longer text would slow the form down and tell nobody more.
_MAX_LENGTH = 20_000


class QueueJob(models.Model):
    _inherit = "queue.job"

    attempt_ids = fields.One2many("queue.job.attempt", "job_id", string="Attempts")
    arguments_text = fields.Text(
        string="Arguments",
        compute="_compute_arguments_text",
        groups=PAYLOAD_GROUP,
        help="What the method is called with. Values of arguments named like a "
        "password, a token or a key are hidden.",
    )
    wait_seconds = fields.Float(
        string="Waited (s)",
        compute="_compute_durations",
        aggregator=None,
        help="From its creation, or the time it was planned for, to its start.",
    )
    run_seconds = fields.Float(
        string="Run Time (s)",
        compute="_compute_durations",
        aggregator=None,
        help="Of a running job: since its start.",
    )
    cancel_requested = fields.Boolean(compute="_compute_cancel_requested")

    @api.depends("args", "kwargs")
    def _compute_arguments_text(self):
        # The stored JSON is shown, not the decoded values: a job whose model or
        # records are gone must still be readable.
        self.flush_recordset(["records", "args", "kwargs"])
        self.env.cr.execute(
            "SELECT id, records, args, kwargs FROM queue_job WHERE id = ANY(%s)",
            [list(self._ids)],
        )
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for job in self:
            records, args, kwargs = rows.get(job.id, (None, None, None))
            job.arguments_text = call_text(records, args, kwargs)

    @api.depends("date_created", "date_started", "exec_time", "eta", "state")
    def _compute_durations(self):
        now = fields.Datetime.now()
        for job in self:
            ready = max(filter(None, (job.date_created, job.eta)), default=False)
            began = job.date_started
            if job.state == "started" and began:
                job.run_seconds = _seconds(began, now)
            else:
                job.run_seconds = job.exec_time
            if job.state in ("pending", "enqueued") and not began:
                began = now
            job.wait_seconds = _seconds(ready, began) if ready and began else 0.0

    def _compute_cancel_requested(self):
        asked = (
            self.env["queue.job.command"]
            .sudo()
            .search([("job_id", "in", self.ids), ("command", "=", "cancel")])
        )
        for job in self:
            job.cancel_requested = job in asked.job_id


def _seconds(start, end) -> float:
    return max(0.0, (end - start).total_seconds())


def call_text(records, args, kwargs) -> str:
    """Write a job's call down, one argument a line, secrets hidden.

    :param records: recordset that the method is called on, as stored
    :param args: positional arguments, as stored
    :param kwargs: keyword arguments, as stored
    :return: text, shortened when it is very long
    """
    records, args, kwargs = (
        json.loads(value) if isinstance(value, str) else value for value in (records, args, kwargs)
    )
    lines = []
    if isinstance(records, dict) and records:
        lines.append(f"self = {_value_text(records)}")
    for position, value in enumerate(args or [], start=1):
        lines.append(f"{position}: {_value_text(value)}")
    for name, value in mask(_readable(kwargs or {})).items():
        lines.append(f"{name} = {_value_text(value)}")
    text = "\n".join(lines)
    if len(text) > _MAX_LENGTH:
        text = f"{text[:_MAX_LENGTH]} …"
    return text


def _value_text(value) -> str:
    value = mask(_readable(value))
    # Texts go without the quotes of JSON, unless they would look like something else.
    if isinstance(value, str) and value and not value.isdecimal():
        return value
    return json.dumps(value, ensure_ascii=False, indent=2)


def _readable(value):
    """Replace our type tags by short texts, at any depth."""
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if not isinstance(value, dict):
        return value
    tag = value.get(TAG)
    if tag == "odoo_recordset":
        ids = ", ".join(map(str, value.get("ids") or []))
        return f"{value.get('model')}({ids})"
    if tag in ("datetime_isoformat", "date_isoformat", "etree_element"):
        return value.get("value")
    if tag == ESCAPED:
        value = dict(value.get("items") or [])
    return {key: _readable(item) for key, item in value.items()}

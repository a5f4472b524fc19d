# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Backends that show how they are."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import BaseQueueJobError

from ..exception import ConnectorException
from .backend_jobs import FAILED, WAITING, count_open_jobs, total


class ConnectorBackendStatus(models.AbstractModel):
    """Inherit from it instead of ``connector.backend`` for a backend that shows its state.

    It has a name, a button that tests the connection, and one line per binding model: records
    bound, last import and last export, jobs that wait and that failed. Views for it can be
    inherited (``connector.view_connector_backend_form``, ``_list``, ``_search``), with
    ``mode="primary"``; list and search have defaults, to which ``_listed_fields`` adds.

    Override :meth:`_test_connection`, and name in ``_connection_fields`` what it depends on; say
    in ``_import_kinds`` and ``_import_date_fields`` what is imported.
    """

    _name = "connector.backend.status"
    _inherit = ["connector.backend"]
    _description = "Connector Backend with its State"

    #: fields whose change makes the result of the last test void
    _connection_fields = ("url", "version")

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    connection_state = fields.Selection(
        [("unknown", "Not Tested"), ("ok", "Connected"), ("failed", "Not Connected")],
        string="Connection",
        default="unknown",
        readonly=True,
        copy=False,
    )
    connection_message = fields.Char(string="Result of the Test", readonly=True, copy=False)
    connection_date = fields.Datetime(string="Tested", readonly=True, copy=False)
    kind_status_ids = fields.One2many(
        "connector.backend.kind", compute="_compute_kind_status_ids", string="Kinds of Records"
    )
    record_count = fields.Integer(compute="_compute_record_state", string="Records")
    last_import_date = fields.Datetime(compute="_compute_record_state", string="Last Import")
    last_export_date = fields.Datetime(compute="_compute_record_state", string="Last Export")
    job_waiting_count = fields.Integer(compute="_compute_job_state", string="Jobs Waiting")
    job_failed_count = fields.Integer(compute="_compute_job_state", string="Jobs Failed")
    checkpoint_count = fields.Integer(compute="_compute_checkpoint_count", string="To Review")

    def write(self, vals):
        if any(name in vals for name in self._connection_fields) and "connection_state" not in vals:
            vals = {
                **vals,
                "connection_state": "unknown",
                "connection_message": False,
                "connection_date": False,
            }
        return super().write(vals)

    def _compute_kind_status_ids(self):
        kinds = self.env["connector.backend.kind"].search(
            [("backend_model", "=", self._name), ("backend_res_id", "in", self.ids)]
        )
        by_backend = kinds.grouped("backend_res_id")
        for backend in self:
            backend.kind_status_ids = by_backend.get(backend._origin.id, kinds.browse())

    @api.depends("kind_status_ids")
    def _compute_record_state(self):
        for backend in self:
            kinds = backend.kind_status_ids
            backend.record_count = sum(kinds.mapped("record_count"))
            for name in ("last_import_date", "last_export_date"):
                backend[name] = max(filter(None, kinds.mapped(name)), default=False)

    def _compute_job_state(self):
        counts = count_open_jobs(self.env, self._name)
        for backend in self:
            # Jobs of the backend itself count here as well, beside those of its bindings.
            states = [found for (key, _name), found in counts.items() if key == backend._origin.id]
            backend.job_waiting_count = sum(total(found, WAITING) for found in states)
            backend.job_failed_count = sum(total(found, FAILED) for found in states)

    def _compute_checkpoint_count(self):
        checkpoints = self.env["connector.checkpoint"].sudo()
        for backend in self:
            backend.checkpoint_count = checkpoints.search_count(
                [
                    ("backend_id", "=", f"{backend._name},{backend._origin.id or 0}"),
                    ("state", "=", "need_review"),
                ]
            )

    # Connection

    def _test_connection(self) -> str | None:
        """Hook: speak with the other system, in a way that changes nothing there.

        :return: what to tell the user, such as the version of the other system
        :raises BaseQueueJobError: or ``ConnectorException``: as adapters do, if it does not work
        """
        raise UserError(self.env._("This connector has no test of its connection."))

    def action_test_connection(self) -> dict:
        """Test the connection, keep the result on the backend, and show it.

        :return: action of a notification
        """
        self.ensure_one()
        self.check_access("write")
        try:
            message = self._test_connection() or self.env._("The connection works.")
            state = "ok"
        except (BaseQueueJobError, ConnectorException) as error:
            message, state = str(error) or type(error).__name__, "failed"
        self.write(
            {
                "connection_state": state,
                "connection_message": message,
                "connection_date": fields.Datetime.now(),
            }
        )
        return self._notification(message, "success" if state == "ok" else "danger")

    def _notification(self, message: str, kind: str) -> dict:
        """Make the action that shows a message; what is shown below it is read anew.

        :param message: text
        :param kind: ``success``, ``info``, ``warning`` or ``danger``
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # What the buttons open

    def action_open_jobs(self) -> dict:
        """Open the jobs of this backend that wait, run or have failed."""
        return self._action_open_jobs([("state", "in", [*WAITING, *FAILED])])

    def action_open_failed_jobs(self) -> dict:
        """Open the jobs of this backend that failed."""
        return self._action_open_jobs([("state", "in", FAILED)])

    def _action_open_jobs(self, domain: list) -> dict:
        """Open jobs of this backend.

        :param domain: which ones
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("queue_job.action_queue_job")
        domain = [*domain, ("backend_ref", "=", f"{self._name},{self.id}")]
        return {
            **action,
            "display_name": self.env._("Jobs of %s", self.display_name),
            "domain": domain,
            "context": {},
        }

    def action_open_checkpoints(self) -> dict:
        """Open the records of this backend that somebody should look at."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("connector.action_connector_checkpoint")
        return {**action, "domain": [("backend_id", "=", f"{self._name},{self.id}")]}

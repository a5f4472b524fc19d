# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Checkpoints: imported records that somebody should look at."""

from odoo import api, fields, models


class ConnectorCheckpoint(models.Model):
    """A record that came from a backend and wants a look, such as a product without category."""

    _name = "connector.checkpoint"
    _inherit = ["mail.thread"]
    _description = "Connector Checkpoint"
    _order = "id desc"

    record = fields.Reference(
        selection="_reference_models", compute="_compute_record", string="Record to Review"
    )
    name = fields.Char(
        compute="_compute_name", search="_search_name", string="Record Name", compute_sudo=False
    )
    record_id = fields.Many2oneReference(
        model_field="model", string="Record ID", required=True, readonly=True
    )
    model_id = fields.Many2one(
        "ir.model", string="Model", required=True, readonly=True, ondelete="cascade"
    )
    model = fields.Char(related="model_id.model", string="Technical Name of the Model")
    backend_id = fields.Reference(
        selection="_reference_models", string="Imported from", required=True, readonly=True
    )
    state = fields.Selection(
        [("need_review", "Need Review"), ("reviewed", "Reviewed")],
        string="Status",
        required=True,
        readonly=True,
        default="need_review",
        tracking=True,
    )

    reason = fields.Char(readonly=True, help="Why somebody should look at the record.")

    _to_review_index = models.Index("(model_id, record_id) WHERE state = 'need_review'")

    @api.model
    def _reference_models(self) -> list[tuple[str, str]]:
        """List the models that a checkpoint may point at: all of modules, but the technical
        ones.
        """
        found = self.env["ir.model"].sudo().search([("state", "!=", "manual")])
        return [(model.model, model.name) for model in found if not model.model.startswith("ir.")]

    @api.depends("model_id", "record_id")
    def _compute_record(self):
        for checkpoint in self:
            model = checkpoint.model_id.sudo().model
            known = model in self.env and self.env[model].browse(checkpoint.record_id).exists()
            checkpoint.record = f"{model},{checkpoint.record_id}" if known else False

    @api.depends("model_id", "record_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for checkpoint in self:
            record = checkpoint.record
            checkpoint.name = record.display_name if record else self.env._("Deleted record")

    @api.model
    def _search_name(self, operator, value):
        """Search each model of which there are checkpoints, as its own search box would."""
        if operator not in ("=", "ilike", "like", "=ilike", "=like", "in"):
            return NotImplemented
        domain = fields.Domain.FALSE
        for (model,) in self.sudo()._read_group([], ["model_id"]):
            if model.model not in self.env:
                continue
            records = self.env[model.model].with_context(active_test=False)
            ids = records.search([("display_name", operator, value)]).ids
            domain |= fields.Domain("model_id", "=", model.id) & fields.Domain(
                "record_id", "in", ids
            )
        return domain

    def reviewed(self) -> bool:
        """Note that somebody has looked at the records."""
        self.state = "reviewed"
        return True

    @api.model_create_multi
    def create(self, vals_list):
        checkpoints = super().create(vals_list)
        checkpoints._subscribe_managers()
        return checkpoints

    def _subscribe_managers(self) -> None:
        """Tell all connector managers that there is something to review."""
        managers = self.env.ref("connector.group_connector_manager").sudo().all_user_ids
        for checkpoint in self:
            checkpoint.message_subscribe(partner_ids=managers.partner_id.ids)
            checkpoint.message_post(
                body=checkpoint.reason
                or self.env._("A %s needs a review.", checkpoint.model_id.sudo().name),
                subtype_xmlid="mail.mt_comment",
            )

    @api.model
    @api.private
    def create_from_name(
        self,
        model_name: str,
        record_id: int,
        backend_model_name: str,
        backend_id: int,
        reason: str | None = None,
    ):
        """Ask for a review of a record.

        :param model_name: its model
        :param record_id: its id
        :param backend_model_name: model of the backend that it came from
        :param backend_id: id of that backend
        :param reason: why somebody should look at it, for users
        :return: checkpoint
        :raises AssertionError: if there is no such model
        """
        model = self.env["ir.model"].sudo().search([("model", "=", model_name)])
        if not model:
            raise AssertionError(f"The model {model_name} does not exist")
        return self.create(
            {
                "model_id": model.id,
                "record_id": record_id,
                "backend_id": f"{backend_model_name},{backend_id}",
                "reason": reason,
            }
        )

    @api.model
    def _needaction_domain_get(self) -> list:
        """Select what waits for somebody."""
        return [("state", "=", "need_review")]


def add_checkpoint(env, model_name, record_id, backend_model_name, backend_id, reason=None):
    """Ask for a review of a record that was imported.

    :param env: environment
    :param model_name: model of the record
    :param record_id: its id
    :param backend_model_name: model of the backend
    :param backend_id: its id
    :param reason: why somebody should look at it, for users
    :return: checkpoint
    """
    return env["connector.checkpoint"].create_from_name(
        model_name, record_id, backend_model_name, backend_id, reason=reason
    )

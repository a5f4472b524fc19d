# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import api, fields, models


class ConnectorCheckpointReview(models.TransientModel):
    """Marks the chosen checkpoints as reviewed."""

    _name = "connector.checkpoint.review"
    _description = "Checkpoints Review"

    checkpoint_ids = fields.Many2many(
        "connector.checkpoint",
        string="Checkpoints",
        default=lambda self: self._default_checkpoints(),
    )

    @api.model
    def _default_checkpoints(self):
        """Take those that are selected in the list."""
        if self.env.context.get("active_model") != "connector.checkpoint":
            return self.env["connector.checkpoint"]
        ids = self.env.context.get("active_ids") or []
        return self.env["connector.checkpoint"].browse(ids).exists()

    def review(self) -> dict:
        """Mark them as reviewed, and close the window."""
        self.ensure_one()
        self.checkpoint_ids.reviewed()
        return {"type": "ir.actions.act_window_close"}

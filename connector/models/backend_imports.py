# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a backend imports: kind by kind, or all of them."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ConnectorBackendStatus(models.AbstractModel):
    _inherit = "connector.backend.status"

    #: binding models that are imported together, what others depend on first; with some, the form
    #: has a button for it
    _import_kinds = ()
    #: binding model -> datetime field of the backend from which on it is imported, see
    #: ``import_since``; other kinds are imported as a whole. The form shows these fields on a page
    #: of their own, unless the view has them elsewhere
    _import_date_fields = {}

    can_import_all = fields.Boolean(compute="_compute_can_import_all")

    def _compute_can_import_all(self):
        self.can_import_all = bool(self._import_kinds)

    @api.private
    def _import_kind(self, binding_model: str):
        """Enqueue the import of one kind: of what is new since the last time, where that is known.

        :param binding_model: what to import
        :return: job
        """
        self.ensure_one()
        date_field = self._import_date_fields.get(binding_model)
        if date_field:
            return self.import_since(binding_model, date_field)
        return self.env[binding_model].with_delay().import_batch(self)

    def action_import_all(self) -> dict:
        """Enqueue the import of all kinds of ``_import_kinds``, and say so.

        :return: action of a notification
        """
        self.check_access("write")
        if not self._import_kinds:
            raise UserError(self.env._("This connector doesn't import all kinds at once."))
        for backend in self:
            for binding_model in self._import_kinds:
                backend._import_kind(binding_model)
        return self._notification(self.env._("The imports are in the queue."), "success")

    @api.model
    def _cron_import(self) -> None:
        """Enqueue the import of all kinds from all backends that are not archived.

        Made to be called by a scheduled action.
        """
        self.search([("active", "=", True)]).action_import_all()

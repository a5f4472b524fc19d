# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One line per kind of record: whether to import it, and how far we have read."""

from odoo import api, fields, models

#: Priority of the jobs of the first kind; each later kind has a higher number, so it waits.
FIRST_PRIORITY = 10


class OdooImportKind(models.Model):
    _name = "odoo.import.kind"
    _description = "Kind of Record to Import from Odoo"
    _order = "sequence, id"
    _rec_name = "binding_model"

    backend_id = fields.Many2one("odoo.backend", required=True, ondelete="cascade")
    sequence = fields.Integer(
        default=10, help="Lower comes first: countries before the contacts that live in them."
    )
    enabled = fields.Boolean(default=True)
    binding_model = fields.Selection(
        [
            ("odoo.res.country", "Countries"),
            ("odoo.res.country.state", "States of countries"),
            ("odoo.res.partner.category", "Contact tags"),
            ("odoo.res.partner", "Contacts"),
        ],
        string="Kind",
        required=True,
    )
    cursor = fields.Datetime(
        string="Changes read up to",
        copy=False,
        help="By the clock over there: the last change that an import has seen. Empty it to "
        "compare everything again.",
    )
    record_count = fields.Integer(compute="_compute_record_count", string="Records")

    _kind_uniq = models.UniqueIndex(
        "(backend_id, binding_model)", "A backend has one line per kind."
    )

    @api.model
    def _labels(self):
        """Return the kinds that the installed addons know, in order of dependency.

        :return: dict of binding model -> label
        """
        return dict(self._fields["binding_model"]._description_selection(self.env))

    @api.depends("binding_model")
    def _compute_record_count(self):
        for kind in self:
            bindings = self.env[kind.binding_model].with_context(active_test=False)
            kind.record_count = bindings.search_count([("backend_id", "=", kind.backend_id.id)])

    def _job_options(self):
        """Return the options of this kind's jobs.

        :return: dict of arguments of ``with_delay``
        """
        label = self._labels()[self.binding_model]
        return {
            "priority": FIRST_PRIORITY + self.sequence,
            "description": self.env._("Import %(kind)s", kind=label.lower()),
        }

    def action_import(self):
        """Enqueue the import of what has changed: one batch job per kind, which enqueues the rest.

        :return: True
        """
        for kind in self:
            bindings = self.env[kind.binding_model]
            bindings.with_delay(**kind._job_options()).import_batch(kind.backend_id)
        return True

    def action_view_records(self):
        """Open the imported records of this kind.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self._labels()[self.binding_model],
            "res_model": self.binding_model,
            "view_mode": "list,form",
            "domain": [("backend_id", "=", self.backend_id.id)],
            "context": {"active_test": False},
        }

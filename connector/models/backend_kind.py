# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One line per kind of record of a backend: how much is there, and how it goes."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .backend_jobs import FAILED, WAITING, count_open_jobs, total
from .backend_kinds import backend_models, binding_models, external_id_field

#: Ids of the lines are made of the id of the binding model and of the one of the backend.
_ID_FACTOR = 1_000_000


class ConnectorBackendKind(models.Model):
    """What a backend has of one binding model. Nothing is stored: lines come with the models."""

    _name = "connector.backend.kind"
    _description = "Kind of Record of a Backend"
    _auto = False
    _order = "id"
    _rec_name = "model_id"

    backend_model = fields.Char(readonly=True)
    backend_res_id = fields.Many2oneReference(
        model_field="backend_model", string="Backend", readonly=True
    )
    model_id = fields.Many2one("ir.model", string="Kind", readonly=True)
    model = fields.Char(string="Binding Model", readonly=True)
    label = fields.Char(compute="_compute_label", string="Records")
    record_count = fields.Integer(
        compute="_compute_state", string="Bound", help="Records that are known on both sides."
    )
    last_import_date = fields.Datetime(
        compute="_compute_state",
        string="Last Import",
        help="When a record of this kind last came from the backend. Records that have not "
        "changed there are not imported again.",
    )
    last_export_date = fields.Datetime(
        compute="_compute_state",
        string="Last Export",
        help="When a record of this kind was last sent to the backend.",
    )
    job_waiting_count = fields.Integer(
        compute="_compute_jobs", string="Jobs Waiting", help="Jobs that wait for their turn or run."
    )
    job_failed_count = fields.Integer(compute="_compute_jobs", string="Jobs Failed")
    can_import = fields.Boolean(compute="_compute_can_import")
    can_find_deleted = fields.Boolean(compute="_compute_can_import")

    @property
    def _table_query(self) -> SQL:
        parts = [
            SQL(
                "SELECT ir_model.id::bigint * %s + backend.id AS id, %s AS backend_model,"
                " backend.id AS backend_res_id, ir_model.id AS model_id, ir_model.model AS model"
                " FROM %s AS backend JOIN ir_model ON ir_model.model IN %s",
                _ID_FACTOR,
                backend_model,
                SQL.identifier(self.env[backend_model]._table),
                tuple(bindings),
            )
            for backend_model in backend_models(self.env)
            if (bindings := binding_models(self.env, backend_model))
        ]
        nothing = SQL(
            "SELECT NULL::bigint AS id, NULL AS backend_model, NULL::int AS backend_res_id,"
            " NULL::int AS model_id, NULL AS model WHERE FALSE"
        )
        return SQL(" UNION ALL ").join(parts or [nothing])

    @api.depends("model_id")
    @api.depends_context("lang")
    def _compute_label(self):
        for backend_model, kinds in self.grouped("backend_model").items():
            labels = self._labels(backend_model)
            for kind in kinds:
                kind.label = labels[kind.model]

    @api.model
    def _labels(self, backend_model: str) -> dict[str, str]:
        """Name the kinds of a type of backends as users know them, by binding model.

        It is the name of the normal model, if there is one and no other kind has the same; or the
        one of the binding model, if that says so.
        """
        names = {}
        for model_name in binding_models(self.env, backend_model):
            model = self.env[model_name]
            link = model._fields.get("odoo_id")
            by_binding = link is None or getattr(model, "_kind_named_by_binding", False)
            names[model_name] = model_name if by_binding else link.comodel_name
        known = self.env["ir.model"].sudo()
        once = {name for name in names.values() if list(names.values()).count(name) == 1}
        return {
            model_name: known._get(name if name in once else model_name).name
            for model_name, name in names.items()
        }

    def _compute_state(self):
        for (backend_model, model_name), kinds in self.grouped(
            lambda kind: (kind.backend_model, kind.model)
        ).items():
            states = self._read_states(backend_model, model_name, kinds.mapped("backend_res_id"))
            for kind in kinds:
                number, imported, exported = states.get(kind.backend_res_id, (0, False, False))
                kind.record_count = number
                kind.last_import_date = imported
                kind.last_export_date = exported

    @api.model
    def _read_states(self, backend_model: str, model_name: str, backend_ids: list[int]) -> dict:
        """Count the bound records of backends, and find when they last went over.

        :return: triples of number, last import and last export, by backend id
        """
        model = self.env[model_name]
        link = binding_models(self.env, backend_model)[model_name]
        external_id = external_id_field(model)
        if external_id is None:
            bound = SQL("TRUE")
        elif model._fields[external_id].type == "integer":
            # Odoo stores 0 in an integer that was left empty.
            bound = SQL("%s <> 0", SQL.identifier(external_id))
        else:
            bound = SQL("%s IS NOT NULL", SQL.identifier(external_id))
        model.flush_model([link, external_id or link, "last_import_date", "last_export_date"])
        rows = self.env.execute_query(
            SQL(
                "SELECT %(link)s, count(*) FILTER (WHERE %(bound)s),"
                " max(last_import_date), max(last_export_date)"
                " FROM %(table)s WHERE %(link)s IN %(ids)s GROUP BY 1",
                link=SQL.identifier(link),
                bound=bound,
                table=SQL.identifier(model._table),
                ids=tuple(backend_ids),
            )
        )
        return {backend_id: (number, first, last) for backend_id, number, first, last in rows}

    def _compute_jobs(self):
        for backend_model, kinds in self.grouped("backend_model").items():
            counts = count_open_jobs(self.env, backend_model)
            for kind in kinds:
                states = counts.get((kind.backend_res_id, kind.model), {})
                kind.job_waiting_count = total(states, WAITING)
                kind.job_failed_count = total(states, FAILED)

    def _compute_can_import(self):
        for kind in self:
            backend = kind._backend()
            with backend.work_on(kind.model) as work:
                kind.can_import = bool(work.many_components(usage="batch.importer"))
                kind.can_find_deleted = bool(work.many_components(usage="deletion.importer"))

    def _backend(self):
        """Return the backend of the line."""
        self.ensure_one()
        return self.env[self.backend_model].browse(self.backend_res_id)

    def action_import(self) -> dict:
        """Enqueue the import of this kind, and say so."""
        self.ensure_one()
        backend = self._backend()
        backend.check_access("write")
        if not self.can_import:
            raise UserError(self.env._("%s can't be imported from this backend.", self.label))
        backend._import_kind(self.model)
        return backend._notification(
            self.env._("The import of %s is in the queue.", self.label), "success"
        )

    def action_find_deleted(self) -> dict:
        """Enqueue the search for records that were deleted on the backend, and say so."""
        self.ensure_one()
        backend = self._backend()
        backend.check_access("write")
        if not self.can_find_deleted:
            raise UserError(
                self.env._("Deleted records of %s can't be found on this backend.", self.label)
            )
        self.env[self.model].with_delay().import_deletions(backend)
        return backend._notification(
            self.env._("The search for deleted records of %s is in the queue.", self.label),
            "success",
        )

    def action_open_bindings(self) -> dict:
        """Open the bindings of this kind."""
        self.ensure_one()
        link = binding_models(self.env, self.backend_model)[self.model]
        return {
            "type": "ir.actions.act_window",
            "name": self.label,
            "res_model": self.model,
            "view_mode": "list,form",
            "help": self.env[self.model].get_empty_list_help(""),
            "domain": [(link, "=", self.backend_res_id)],
            "context": {"active_test": False, f"default_{link}": self.backend_res_id},
        }

    def action_open_jobs(self) -> dict:
        """Open the jobs of this kind."""
        self.ensure_one()
        return self._backend()._action_open_jobs([("model_name", "=", self.model)])

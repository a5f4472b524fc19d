# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What jobs have to do with backends and bindings."""

from odoo import api, fields, models
from odoo.tools import SQL

from .backend_jobs import backend_of_job
from .backend_kinds import backend_models, binding_models


class QueueJob(models.Model):
    _inherit = "queue.job"

    backend_ref = fields.Reference(
        selection="_selection_backend_ref",
        compute="_compute_backend_ref",
        search="_search_backend_ref",
        string="Backend",
        help="The other system that the job speaks with.",
    )

    @api.model
    def _selection_backend_ref(self) -> list[tuple[str, str]]:
        """List the models of backends that show their jobs."""
        return [(name, self.env[name]._description) for name in backend_models(self.env)]

    def _compute_backend_ref(self):
        self.backend_ref = False
        for model_name in backend_models(self.env):
            rows = self.env.execute_query(
                SQL(
                    "SELECT queue_job.id, backend.id FROM queue_job JOIN %s AS backend"
                    " ON backend.id = %s WHERE queue_job.id IN %s",
                    SQL.identifier(self.env[model_name]._table),
                    backend_of_job(self.env, model_name),
                    tuple(self._origin.ids) or (None,),
                )
            )
            for job_id, backend_id in rows:
                self.browse(job_id).backend_ref = f"{model_name},{backend_id}"

    @api.model
    def _search_backend_ref(self, operator: str, value):
        if operator != "in":
            return NotImplemented
        ids_by_model = {}
        for reference in value:
            model_name, _comma, record_id = (reference or "").partition(",")
            if model_name in backend_models(self.env) and record_id.isdigit():
                ids_by_model.setdefault(model_name, []).append(int(record_id))
        return fields.Domain.OR(
            fields.Domain(
                "id",
                "in",
                SQL(
                    "(SELECT id FROM queue_job WHERE model_name IN %s AND %s IN %s)",
                    (model_name, *binding_models(self.env, model_name)),
                    backend_of_job(self.env, model_name),
                    tuple(ids),
                ),
            )
            for model_name, ids in ids_by_model.items()
        )

    def related_action_unwrap_binding(self, component_usage: str = "binder") -> dict | None:
        """Open the normal record of the binding on which the job works.

        :param component_usage: usage of the component that unwraps the binding
        :return: action; ``None`` unless the job works on exactly one existing record
        """
        self.ensure_one()
        binding = self.records.exists() if self.records else None
        if not binding or len(binding) != 1:
            return None
        action = {
            "name": self.env._("Related Record"),
            "type": "ir.actions.act_window",
            "view_type": "form",
            "view_mode": "form",
            "res_model": binding._name,
            "res_id": binding.id,
        }
        with _backend_of(binding).work_on(binding._name) as work:
            binder = work.component(usage=component_usage)
            try:
                model = binder.unwrap_model()
                record = binder.unwrap_binding(binding)
            except ValueError:
                # A binding without a normal record behind it is itself what there is to see.
                return action
        action.update({"res_model": model, "res_id": record.id})
        return action


def _backend_of(binding):
    """Return the backend of a binding, which may be of a model that knows no such method."""
    method = getattr(binding, "_binding_backend", None)
    return method() if method else binding.backend_id

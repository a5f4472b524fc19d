# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Opens the record of a job that works on a binding."""

from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

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
        with binding.backend_id.work_on(binding._name) as work:
            binder = work.component(usage=component_usage)
            try:
                model = binder.unwrap_model()
                record = binder.unwrap_binding(binding)
            except ValueError:
                # A binding without a normal record behind it is itself what there is to see.
                return action
        action.update({"res_model": model, "res_id": record.id})
        return action

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the button of a job opens, for jobs of older connectors."""

from .class_lookup import find_class
from .legacy import warn_once
from .unit.binder import Binder

__all__ = ["unwrap_binding"]

warn_once(__name__, "the method related_action_unwrap_binding of queue.job")


def unwrap_binding(session, job, id_pos: int = 2, binder_class: type = Binder) -> dict | None:
    """Open the normal record of the binding that a job works on.

    :param session: session, or anything with an ``env``
    :param job: the job; the first of its arguments is the name of the binding model
    :param id_pos: place of the binding's id among the parameters of the job's function, of which
        the session is number 0
    :param binder_class: class of the binder
    :return: action; ``None`` if the binding is gone
    """
    model_name = job.args[0]
    binding = session.env[model_name].browse(job.args[id_pos - 1])
    if not binding.exists():
        return None
    with binding.backend_id.work_on(model_name) as work:
        binder = find_class(work, binder_class, model_name)(work)
        try:
            binder.unwrap_model()
        except ValueError:
            # A binding without a normal record behind it is itself what there is to see.
            record = binding
        else:
            record = binder.unwrap_binding(binding)
    return {
        "name": session.env._("Related Record"),
        "type": "ir.actions.act_window",
        "view_mode": "form",
        "res_model": record._name,
        "res_id": record.id,
    }

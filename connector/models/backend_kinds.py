# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which models are the bindings of which backends."""

from odoo.api import Environment


def backend_models(env: Environment) -> list[str]:
    """Name the models whose records are backends with a state.

    :param env: environment
    """
    parent = env.registry["connector.backend.status"]
    return sorted(
        name
        for name, model in env.registry.items()
        if not model._abstract and model._auto and issubclass(model, parent)
    )


def binding_models(env: Environment, backend_model: str) -> dict[str, str]:
    """Find the binding models of a kind of backends, in the order in which they were loaded.

    :param env: environment
    :param backend_model: name of the backends' model
    :return: by name of a binding model, the name of its many2one to the backend
    """
    parent = env.registry["external.binding"]
    found = {}
    for name, model in env.registry.items():
        if model._abstract or not model._auto or not issubclass(model, parent):
            continue
        for field_name in (*model._binding_unique_fields, "backend_id"):
            field = model._fields.get(field_name)
            if field is None or field.type != "many2one" or not field.store:
                continue
            if field.comodel_name == backend_model:
                found[name] = field_name
                break
    return found


def external_id_field(model) -> str | None:
    """Name the field with the external id of a binding model, if it has one by custom.

    :param model: recordset or class of the binding model
    """
    name = (model._binding_unique_fields or ("external_id",))[-1]
    field = model._fields.get(name)
    return name if field is not None and field.store else None

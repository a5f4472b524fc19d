# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The metaclass that notes which addon defines which component classes."""

from collections import defaultdict


def _get_addon_name(full_name: str) -> str:
    """Return the addon of a dotted module path.

    :param full_name: for example ``odoo.addons.sale.models.sale_order``
    :returns: the third part of an ``odoo.addons`` path, else the first part
    """
    parts = full_name.split(".")
    if len(parts) > 2 and parts[:2] == ["odoo", "addons"]:
        return parts[2]
    return parts[0]


class MetaComponent(type):
    """Metaclass of components: keeps the classes of each addon until they are built.

    Importing an addon happens once per process, whereas each database has its own
    installed addons. So importing only notes the class here; the registry of each
    database builds its own final classes from these notes later.
    """

    _modules_components: dict[str, list] = defaultdict(list)

    def __init__(cls, name, bases, attrs):
        super().__init__(name, bases, attrs)
        if not attrs.get("_register", True):
            return
        if not hasattr(cls, "_module"):
            cls._module = _get_addon_name(cls.__module__)
        # tests build their stubs themselves, in a registry of their own
        if "tests" in cls.__module__.split("."):
            return
        cls._modules_components[cls._module].append(cls)

    @property
    def apply_on_models(cls) -> list[str] | None:
        """Names of the models the component is limited to, None for any model."""
        models = cls._apply_on
        if models is None:
            return None
        if isinstance(models, str):
            return [models]
        return list(models)

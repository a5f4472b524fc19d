# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The two classes that components derive from."""

from .build import build_component
from .meta import MetaComponent


class AbstractComponent(metaclass=MetaComponent):
    """A component that is only inherited from, never found by a lookup.

    Class attributes:

    * ``_name``: unique name of the component
    * ``_inherit``: name or list of names of the components to inherit from; the
      component's own name, or one name and no ``_name``, extends that one in place
    * ``_collection``: name of the collection's model it is limited to
    * ``_apply_on``: name or list of names of the models it is limited to
    * ``_usage``: what it is for, the usual key of a lookup
    * ``_replaces``: names of components that give way where it is equally near; to extend a
      component in place is mostly the better way

    :param work_context: the :class:`WorkContext` it works in
    """

    _register = False
    _abstract = True

    _name: str | None = None
    _inherit: str | list[str] | None = None
    _collection: str | None = None
    _apply_on: str | list[str] | None = None
    _usage: str | None = None
    _replaces: tuple[str, ...] = ()

    def __init__(self, work_context):
        super().__init__()
        self.work = work_context

    def __str__(self) -> str:
        return f"Component({self._name})"

    __repr__ = __str__

    @classmethod
    def _component_match(cls, work, usage=None, model_name=None, **kw) -> bool:
        """Decide, at each lookup, whether the component fits.

        To be overridden. Always call ``super()`` and accept further keywords: they
        are those given to ``component()`` or ``many_components()``.

        :param work: the :class:`WorkContext` that looks for a component
        :param usage: the usage looked for
        :param model_name: name of the model looked for
        :returns: False to be left out
        """
        return True

    @classmethod
    def _component_rank(cls, work):
        """Say how special the component is, when several are equally near.

        To be overridden where components compete within one collection and model, for
        instance by version. The highest rank wins; equal ranks are an error.

        :param work: the :class:`WorkContext` that looks for a component
        :returns: a value that can be compared with the other components' ranks
        """
        return 0

    @classmethod
    def _component_mismatch(cls, work) -> str | None:
        """Say why :meth:`_component_match` turned the component down, for the error's text.

        To be overridden together with it.

        :param work: the :class:`WorkContext` that looked for a component
        :returns: None if there is nothing more to say
        """
        return None

    @classmethod
    def _component_limits(cls) -> list[str]:
        """Say what the component is limited to, for the text of errors.

        To be overridden where there is more than the collection and the models.
        """
        limits = [f"collection '{cls._collection}'" if cls._collection else "any collection"]
        models = cls.apply_on_models
        names = ", ".join(f"'{name}'" for name in models) if models else ""
        return [*limits, f"models {names}" if models else "any model"]

    @property
    def collection(self):
        """The record the component works for, usually a backend."""
        return self.work.collection

    @property
    def env(self):
        """The Odoo environment."""
        return self.work.env

    @property
    def model(self):
        """Empty recordset of the model the component works on."""
        return self.work.model

    def component_by_name(self, name: str, model_name=None):
        """Same as :meth:`WorkContext.component_by_name`."""
        return self.work.component_by_name(name, model_name=model_name)

    def component(self, usage: str | None = None, model_name=None, **kw):
        """Same as :meth:`WorkContext.component`."""
        return self.work.component(usage=usage, model_name=model_name, **kw)

    def many_components(self, usage: str | None = None, model_name=None, **kw) -> list:
        """Same as :meth:`WorkContext.many_components`."""
        return self.work.many_components(usage=usage, model_name=model_name, **kw)

    @classmethod
    def _build_component(cls, registry) -> type:
        """Build the final class from this definition, or extend it with it.

        :param registry: :class:`ComponentRegistry` to build into
        :returns: the final class
        :raises TypeError: the definition doesn't fit the registry
        """
        return build_component(cls, registry)

    @classmethod
    def _complete_component_build(cls) -> None:
        """Hook called on a final class each time its bases have changed.

        It may be called several times for one class and must compute its results anew.
        """


class Component(AbstractComponent):
    """A component that lookups can find."""

    _register = False
    _abstract = False

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Base classes for the tests of components."""

from collections.abc import Iterator
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import common

from odoo.addons.component.core import (
    ComponentRegistry,
    MetaComponent,
    _component_databases,
    _get_addon_name,
)


@contextmanager
def new_rollbacked_env() -> Iterator[api.Environment]:
    """Give a superuser environment on a cursor of its own, always rolled back."""
    cr = Registry(common.get_db_name()).cursor()
    try:
        yield api.Environment(cr, SUPERUSER_ID, {})
    finally:
        cr.rollback()
        cr.close()


class ComponentMixin:
    """Makes the components of the database usable in a test case.

    While modules are being installed the database has no components yet. This builds
    those of the installed addons and of the tested one. Use it with any test case of
    Odoo::

        class TestExport(TransactionCase, ComponentMixin):
            @classmethod
            def setUpClass(cls):
                super().setUpClass()
                cls.setUpComponent()

            def setUp(self):
                super().setUp()
                self.setUpComponentRegistryReady()
    """

    @classmethod
    def setUpComponent(cls) -> None:
        """Build a fresh registry, and hand it over through the context of ``cls.env``."""
        former = _component_databases.get(common.get_db_name())
        with new_rollbacked_env() as env:
            builder = env["component.builder"]
            components_registry = builder._init_global_registry()
            builder.build_registry(components_registry, states=("installed",))
            builder.load_components(_get_addon_name(cls.__module__))
            odoo_registry = env.registry
        cls._components_registry = components_registry
        if former is not None:
            cls.addClassCleanup(_component_databases.publish, odoo_registry, former)
        if getattr(cls, "env", None) is not None:
            cls.env = _env_with(cls.env, components_registry)

    @classmethod
    def setUpComponentRegistryReady(cls) -> None:
        """Have the registry ready until the end of the class, never while modules load."""
        if not cls._components_registry.ready:
            cls._components_registry.ready = True
            cls.addClassCleanup(setattr, cls._components_registry, "ready", False)

    def setUp(self):
        # Odoo's test cases don't call the setUp() of what follows them in the bases, so
        # this is for those that put the mixin first, or call it by its name.
        following = getattr(super(), "setUp", None)
        if following is not None:
            following()
        self.setUpComponentRegistryReady()


class TransactionComponentCase(common.TransactionCase, ComponentMixin):
    """A ``TransactionCase`` that can use the components of the installed addons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpComponent()

    def setUp(self):
        super().setUp()
        self.setUpComponentRegistryReady()


class _HolderMethod:
    """A method for a test case's instance or its class.

    The registry of a test belongs to the instance when ``setUp`` made it, to the class
    when ``setUpClass`` did. Callers write ``self.m(x)``, ``cls.m(x)`` or, as with a plain
    function, ``cls.m(cls, x)``.
    """

    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        def call(*args, **kwargs):
            holder = instance if instance is not None else owner
            first = args[0] if args else None
            if isinstance(first, ComponentRegistryCase) or (
                isinstance(first, type) and issubclass(first, ComponentRegistryCase)
            ):
                holder, args = first, args[1:]
            return self.function(holder, *args, **kwargs)

        call.__doc__ = self.function.__doc__
        return call


class ComponentRegistryCase:
    """Gives tests a registry of their own, to build their components in.

    The registry (``comp_registry``) has the components of all installed addons but the
    tested one and those that depend on it. Add what the test needs with
    :meth:`_load_module_components` and :meth:`_build_components`. It is used everywhere
    the test's ``env`` goes, by means of the context key ``components_registry``.
    """

    @staticmethod
    def _setup_registry(class_or_instance) -> None:
        """Create the registry of a test case.

        :param class_or_instance: the test case's class in ``setUpClass``, the instance
            in ``setUp``
        """
        holder = class_or_instance
        holder._original_components = {
            module: list(classes) for module, classes in MetaComponent._modules_components.items()
        }
        holder.comp_registry = ComponentRegistry()
        holder.comp_registry.load_components("component")
        with new_rollbacked_env() as env:
            tested = env["ir.module.module"].search(
                [("name", "=", _get_addon_name(holder.__module__))]
            )
            # under test, its own components are what the tests want to build; those of the
            # addons that build on it would lack their parents
            excluded = tested | tested.downstream_dependencies()
            env["component.builder"].build_registry(
                holder.comp_registry,
                states=("installed",),
                exclude_addons=excluded.mapped("name"),
            )
        holder.comp_registry.ready = True
        if getattr(holder, "env", None) is not None:
            holder._original_env = holder.env
            holder.env = _env_with(holder.env, holder.comp_registry)

    @staticmethod
    def _teardown_registry(class_or_instance) -> None:
        """Forget the registry, and the classes defined since it was created.

        :param class_or_instance: what was given to :meth:`_setup_registry`
        """
        components = MetaComponent._modules_components
        components.clear()
        components.update(class_or_instance._original_components)
        env = class_or_instance.__dict__.get("_original_env")
        if env is not None:
            class_or_instance.env = env

    @_HolderMethod
    def _load_module_components(self, module):
        """Build the components of an addon, which may be the tested one.

        :param module: name of the addon
        """
        self.comp_registry.load_components(module)

    @_HolderMethod
    def _build_components(self, *classes):
        """Build components defined in the test.

        :param classes: component classes, in the order of their dependencies
        """
        for definition in classes:
            definition._build_component(self.comp_registry)


class TransactionComponentRegistryCase(common.TransactionCase, ComponentRegistryCase):
    """A ``TransactionCase`` with a component registry of its own.

    The registry is made where the test wants it, either for all tests of the class::

        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            cls._setup_registry(cls)

        @classmethod
        def tearDownClass(cls):
            cls._teardown_registry(cls)
            super().tearDownClass()

    or for each test, in ``setUp`` and ``tearDown``, with ``self`` instead of ``cls``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collection = cls.env["collection.base"]


# The names that existing modules import: Odoo's SavepointCase became TransactionCase.
SavepointComponentCase = TransactionComponentCase
SavepointComponentRegistryCase = TransactionComponentRegistryCase


def _env_with(env, components_registry):
    return env(context=dict(env.context, components_registry=components_registry))

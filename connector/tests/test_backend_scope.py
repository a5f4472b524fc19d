# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import Component, WorkContext
from odoo.addons.component.exception import NoComponentError, SeveralComponentError

from .common import ConnectorComponentCase


class Backend:
    """What a component sees of a backend: its type, and the versions it descends from."""

    def __init__(self, env, backend_type, chain):
        self.env = env
        self._name = "test.backend"
        self._backend_type = backend_type
        self.chain = chain

    def _backend_version_chain(self):
        return self.chain


@tagged("post_install", "-at_install")
class TestBackendScope(ConnectorComponentCase):
    def define(self, suffix, inherit="base.connector", **attributes):
        return type(
            suffix,
            (Component,),
            {
                "_name": f"test.{suffix}",
                "_inherit": inherit,
                "_usage": "greeter",
                "__module__": __name__,
                **attributes,
            },
        )

    def found(self, *chain, backend_type="shop", **kwargs):
        """Name the component that a backend of these versions gets."""
        work = WorkContext(
            model_name="res.partner",
            collection=Backend(self.env, backend_type, list(chain)),
            components_registry=self.comp_registry,
        )
        return work.component(usage="greeter", **kwargs)._name

    def build_all(self):
        self._build_components(
            self.define("any"),
            self.define("type", _backend_type="shop"),
            self.define("exact", _backend_type="shop", _backend_version="1.6"),
            self.define("from16", _backend_type="shop", _backend_version_from="1.6"),
            self.define("from17", _backend_type="shop", _backend_version_from="1.7"),
            self.define("several", _backend_version=("1.3", "1.4")),
        )

    def test_nearest_version_then_parents_then_type_then_any(self):
        self.build_all()
        self.assertEqual(self.found("1.6", "1.5"), "test.exact")
        self.assertEqual(self.found("1.7", "1.6", "1.5"), "test.from17")
        self.assertEqual(self.found("1.7.1", "1.7", "1.6"), "test.from17")
        self.assertEqual(self.found("1.6.1", "1.6", "1.5"), "test.from16")
        self.assertEqual(self.found("1.4", "1.3"), "test.several")
        self.assertEqual(self.found("1.3"), "test.several")
        self.assertEqual(self.found("1.5"), "test.type")
        self.assertEqual(self.found(), "test.type")
        self.assertEqual(self.found("1.6", backend_type="other"), "test.any")

    def test_exact_is_not_for_later_versions(self):
        self._build_components(self.define("exact", _backend_version="1.6"))
        self.assertEqual(self.found("1.6"), "test.exact")
        with self.assertRaises(NoComponentError):
            self.found("1.7", "1.6")

    def test_backend_without_version_has_none(self):
        self._build_components(self.define("from16", _backend_version_from="1.6"))
        with self.assertRaises(NoComponentError):
            self.found()
        work = self.work_on()
        with self.assertRaises(NoComponentError):
            work.component(usage="greeter")

    def test_tie_is_an_error(self):
        self._build_components(
            self.define("one", _backend_version="1.6"), self.define("two", _backend_version="1.6")
        )
        with self.assertRaises(SeveralComponentError) as caught:
            self.found("1.6")
        self.assertIn("test.one", str(caught.exception))
        self.assertIn("test.two", str(caught.exception))

    def test_model_counts_before_version(self):
        """A component made for this very model beats one for any model of the nearest version."""
        self._build_components(
            self.define("partner", _apply_on="res.partner"),
            self.define("version", _backend_version="1.6"),
        )
        self.assertEqual(self.found("1.6"), "test.partner")

    def test_versions_of_the_nearest_class_that_says(self):
        self._build_components(
            self.define("old", _backend_type="shop", _backend_version="1.6"),
            self.define("new", inherit="test.old", _backend_version_from="1.7"),
            self.define("same", inherit="test.new", _usage="other"),
        )
        self.assertEqual(self.found("1.6"), "test.old")
        self.assertEqual(self.found("1.7", "1.6"), "test.new")
        self.assertEqual(self.comp_registry["test.same"]._backend_scope.since, ("1.7",))
        self.assertEqual(self.comp_registry["test.same"]._backend_scope.exact, ())
        self.assertEqual(self.comp_registry["test.same"]._backend_scope.type, "shop")

    def test_scope_can_be_set_by_an_extension(self):
        class Extension(Component):
            _inherit = "test.old"
            _backend_version = "1.6"

        self._build_components(self.define("old"), Extension)
        self.assertEqual(self.found("1.6"), "test.old")
        with self.assertRaises(NoComponentError):
            self.found("1.7")

    def test_many_components_lists_all_that_fit(self):
        self.build_all()
        work = WorkContext(
            model_name="res.partner",
            collection=Backend(self.env, "shop", ["1.6", "1.5"]),
            components_registry=self.comp_registry,
        )
        self.assertEqual(
            [component._name for component in work.many_components(usage="greeter")],
            ["test.any", "test.type", "test.exact", "test.from16"],
        )

    def test_own_match_is_still_asked(self):
        class Picky(Component):
            _name = "test.picky"
            _inherit = "base.connector"
            _usage = "greeter"
            _backend_version = "1.6"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, **kw):
                fits = super()._component_match(work, usage=usage, model_name=model_name, **kw)
                return fits and kw.get("mood") == "good"

        self._build_components(self.define("any"), Picky)
        self.assertEqual(self.found("1.6", mood="good"), "test.picky")
        self.assertEqual(self.found("1.6", mood="bad"), "test.any")
        self.assertEqual(self.found("1.7", mood="good"), "test.any")

    def test_mock_backend_with_unlimited_components(self):
        """Tests of connectors use mocks as backends: what has no scope doesn't ask them."""
        self._build_components(self.define("any"))
        backend = mock.MagicMock(env=self.env, _name="test.backend")
        work = WorkContext(
            model_name="res.partner", collection=backend, components_registry=self.comp_registry
        )
        self.assertEqual(work.component(usage="greeter")._name, "test.any")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The mixin of collections."""

from contextlib import contextmanager
from unittest import mock

from odoo.tests import tagged

from odoo.addons.component.core import WorkContext

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestCollection(ComponentTestCase):
    def setUp(self):
        super().setUp()
        self.backend = self.env["collection.base"].browse(1)

    def test_work_on(self):
        with self.backend.work_on("res.partner", client="c") as work:
            self.assertIs(type(work), WorkContext)
            self.assertEqual(work.collection, self.backend)
            self.assertEqual(work.model, self.env["res.partner"])
            self.assertEqual(work.client, "c")
            self.assertIs(work.components_registry, self.comp_registry)

    def test_exactly_one_collection(self):
        for ids in ([], [1, 2]):
            with (
                self.assertRaisesRegex(ValueError, "singleton"),
                self.backend.browse(ids).work_on("res.partner"),
            ):
                pass

    def test_errors_go_through(self):
        with (
            self.assertRaisesRegex(ZeroDivisionError, "division"),
            self.backend.work_on("res.partner"),
        ):
            1 / 0  # noqa: B018

    def test_override_as_generator(self):
        """Connectors change the collection's context and add the client of an API."""
        collection_class = type(self.backend)
        original = collection_class.work_on
        closed = []

        @contextmanager
        def work_on(self, model_name, **kwargs):
            self = self.with_context(lang="fr_FR")
            try:
                with original(self, model_name, magento_api="api", **kwargs) as work:
                    yield work
            finally:
                closed.append(True)

        with (
            mock.patch.object(collection_class, "work_on", work_on),
            self.backend.work_on("res.partner", page=1) as work,
        ):
            self.assertEqual((work.magento_api, work.page), ("api", 1))
            self.assertEqual(work.env.context["lang"], "fr_FR")
            self.assertEqual(work.work_on("res.users").magento_api, "api")
            self.assertFalse(closed)
        self.assertTrue(closed)

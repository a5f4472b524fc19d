# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the errors of a lookup say."""

import pickle
from unittest import mock

from odoo.tests import tagged

from odoo.addons.component import diagnosis
from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component.exception import NoComponentError, SeveralComponentError

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestDiagnosis(ComponentTestCase):
    def message(self, error, **kwargs):
        with self.assertRaises(error) as caught:
            self.work_on().component(**kwargs)
        return str(caught.exception)

    def test_every_candidate_and_why(self):
        class Abstract(AbstractComponent):
            _name = "abstract.one"
            _usage = "u"

        class OtherCollection(Component):
            _name = "other.collection"
            _usage = "u"
            _collection = "magento.backend"

        class OtherModel(Component):
            _name = "other.model"
            _usage = "u"
            _apply_on = ["res.users", "res.groups"]

        class OtherBoth(Component):
            _name = "other.both"
            _usage = "u"
            _collection = "magento.backend"
            _apply_on = ["res.users"]

        class Unwilling(Component):
            _name = "unwilling"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, **kw):
                return False

        class Unrelated(Component):
            _name = "unrelated"
            _usage = "something.else"

        self._build_components(
            OtherBoth, Abstract, OtherCollection, OtherModel, Unwilling, Unrelated
        )
        self.assertEqual(
            self.message(NoComponentError, usage="u").splitlines(),
            [
                (
                    "No component found for collection 'collection.base', usage 'u', "
                    "model_name 'res.partner'."
                ),
                "Candidates and why they were turned down:",
                "  - abstract.one (component): it is abstract",
                "  - other.collection (component): it belongs to collection 'magento.backend'",
                "  - other.model (component): it applies on 'res.users', 'res.groups'",
                "  - unwilling (component): its _component_match() turned it down",
                (
                    "  - other.both (component): it belongs to collection 'magento.backend'; "
                    "it applies on 'res.users'"
                ),
            ],
        )

    def test_misspelt_usage(self):
        class One(Component):
            _name = "one"
            _usage = "record.importer"

        self._build_components(One)
        message = self.message(NoComponentError, usage="record.imporer")
        self.assertIn("No component has this usage.", message)
        self.assertIn("look alike: record.importer", message)

    def test_unknown_usage(self):
        class One(Component):
            _name = "one"
            _usage = "record.importer"

        class Elsewhere(Component):
            _name = "elsewhere"
            _usage = "binder"
            _collection = "magento.backend"

        self._build_components(One, Elsewhere)
        message = self.message(NoComponentError, usage="zzz")
        self.assertIn("Usages of this collection: 'record.importer'.", message)
        self.assertNotIn("binder", message)

    def test_without_usage(self):
        class One(Component):
            _name = "one"
            _apply_on = "res.users"

        class Elsewhere(Component):
            _name = "elsewhere"
            _collection = "magento.backend"

        self._build_components(One, Elsewhere)
        message = self.message(NoComponentError)
        self.assertIn("one (component): it applies on 'res.users'", message)
        self.assertNotIn("elsewhere", message)

    def test_misspelt_name(self):
        class One(Component):
            _name = "magento.partner.importer"

        self._build_components(One)
        with self.assertRaises(NoComponentError) as caught:
            self.work_on().component_by_name("magento.partner.imporer")
        self.assertEqual(
            str(caught.exception),
            "No component with name 'magento.partner.imporer' found.\n"
            "Names that look alike: magento.partner.importer.",
        )

    def test_tie(self):
        class One(Component):
            _name = "one"
            _usage = "u"
            _collection = "collection.base"

        class Two(Component):
            _name = "two"
            _usage = "u"
            _collection = "collection.base"

        class General(Component):
            _name = "general"
            _usage = "u"
            _apply_on = "res.partner"

        self._build_components(One, Two, General)
        message = self.message(SeveralComponentError, usage="u")
        self.assertIn(
            "Several components found for collection 'collection.base', usage 'u', "
            "model_name 'res.partner'. Found: [",
            message,
        )
        self.assertEqual(
            message.splitlines()[1:6],
            [
                "These components fit equally well:",
                "  - one (component): collection 'collection.base', any model",
                "  - two (component): collection 'collection.base', any model",
                "Less specific, so left out:",
                "  - general (component): any collection, models 'res.partner'",
            ],
        )

    def test_nobody_reads_it_nothing_is_explained(self):
        with mock.patch.object(diagnosis, "explain_rejections") as explain:
            explain.return_value = "because"
            work = self.work_on()
            with self.assertRaises(NoComponentError) as caught:
                work.component(usage="u")
            explain.assert_not_called()
            for _time in range(2):
                self.assertTrue(str(caught.exception).endswith("\nbecause"))
            explain.assert_called_once()

    def test_error_can_be_pickled(self):
        with self.assertRaises(NoComponentError) as caught:
            self.work_on().component(usage="u")
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertIs(type(copy), NoComponentError)
        self.assertEqual(str(copy), str(caught.exception))

    def test_errors_of_callers(self):
        """Other code raises these errors with a message of its own, or none."""
        self.assertEqual(str(NoComponentError("mine")), "mine")
        self.assertEqual(str(NoComponentError()), "")

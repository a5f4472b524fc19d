# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=missing-return
"""Components that decide for themselves whether, and how well, they fit."""

import logging

from odoo.tests import tagged

from odoo.addons.component.core import Component
from odoo.addons.component.exception import NoComponentError, SeveralComponentError

from .common_cases import ComponentTestCase


@tagged("post_install", "-at_install")
class TestComponentMatch(ComponentTestCase):
    def test_match_is_asked_with_everything(self):
        asked = []

        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, **kw):
                asked.append((cls, work, usage, model_name, kw))
                return super()._component_match(work, usage=usage, model_name=model_name, **kw)

        self._build_components(One)
        work = self.work_on()
        one = self.comp_registry["one"]
        work.component(usage="u", model_name="res.users", version="1.7")
        work.many_components(usage="u", page=3)
        self.assertEqual(
            asked,
            [
                (one, work, "u", "res.users", {"version": "1.7"}),
                (one, work, "u", "res.partner", {"page": 3}),
            ],
        )

    def test_match_is_asked_at_each_lookup(self):
        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, **kw):
                return work.open

        self._build_components(One)
        work = self.work_on(open=True)
        self.assertTrue(work.component(usage="u"))
        work.open = False
        self.assertEqual(work.many_components(usage="u"), [])
        with self.assertRaises(NoComponentError):
            work.component(usage="u")

    def test_match_tells_two_components_apart(self):
        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, version=None, **kw):
                return version == cls._name

        class Two(Component):
            _name = "two"
            _inherit = "one"

        self._build_components(One, Two)
        work = self.work_on()
        self.assertEqual(work.component(usage="u", version="one")._name, "one")
        self.assertEqual(work.component(usage="u", version="two")._name, "two")

    def test_older_signature(self):
        asked = []

        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work):
                asked.append(work)
                return True

        class Two(Component):
            _name = "two"
            _usage = "u"
            _apply_on = ["res.partner"]

        self._build_components(One, Two)
        work = self.work_on()
        with self.assertLogs("odoo.addons.component.work_context", logging.INFO) as logs:
            self.assertEqual(work.component(usage="u")._name, "two")
        self.assertIn("'one'", logs.output[0])
        self.assertEqual(asked, [work])

    def test_older_signature_without_keywords(self):
        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None):
                return usage != "no"

        self._build_components(One)
        work = self.work_on()
        self.assertTrue(work.component(usage="u"))
        with self.assertLogs("odoo.addons.component.work_context", logging.INFO):
            self.assertTrue(work.component(usage="u", version="1.7"))

    def test_a_mistake_in_a_match_does_not_stay_hidden(self):
        class One(Component):
            _name = "one"
            _usage = "u"

            @classmethod
            def _component_match(cls, work, usage=None, model_name=None, **kw):
                return len(5)

        self._build_components(One)
        with self.assertRaisesRegex(TypeError, "has no len"):
            self.work_on().component(usage="u")

    def test_rank_decides_between_equals(self):
        class One(Component):
            _name = "one"
            _usage = "u"
            rank = 1

            @classmethod
            def _component_rank(cls, work):
                return cls.rank + work.bonus.get(cls._name, 0)

        class Two(Component):
            _name = "two"
            _inherit = "one"
            rank = 2

        self._build_components(One, Two)
        self.assertEqual(self.work_on(bonus={}).component(usage="u")._name, "two")
        self.assertEqual(self.work_on(bonus={"one": 5}).component(usage="u")._name, "one")
        with self.assertRaises(SeveralComponentError):
            self.work_on(bonus={"one": 1}).component(usage="u")
        self.assertEqual(len(self.work_on(bonus={}).many_components(usage="u")), 2)

    def test_rank_comes_after_the_model(self):
        class General(Component):
            _name = "general"
            _usage = "u"

            @classmethod
            def _component_rank(cls, work):
                return 10

        class Special(Component):
            _name = "special"
            _usage = "u"
            _apply_on = ["res.partner"]

        self._build_components(General, Special)
        self.assertEqual(self.work_on().component(usage="u")._name, "special")

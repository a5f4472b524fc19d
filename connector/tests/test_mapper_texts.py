# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common import ConnectorComponentCase


class TextsMapper(Component):
    _name = "test.texts.mapper"
    _inherit = "base.texts.import.mapper"
    _texts = {"title": "name", "memo": "comment"}
    model = SimpleNamespace(
        _fields={
            "name": SimpleNamespace(translate=True),
            "comment": SimpleNamespace(translate=False),
        }
    )

    def main_language(self):
        return 1

    def languages(self):
        return {"en_US": 1, "fr_BE": 2}


class LinkedCountry(Component):
    _name = "test.linked.country"
    _inherit = "linked.country.import.mapper"


class LinkedLanguage(Component):
    _name = "test.linked.language"
    _inherit = "linked.language.import.mapper"
    _code_keys = ("locale", "iso_code")


class LinkedCurrency(Component):
    _name = "test.linked.currency"
    _inherit = "linked.currency.import.mapper"


@tagged("post_install", "-at_install")
class TestTexts(ConnectorComponentCase):
    def setUp(self):
        super().setUp()
        self.mapper = self.build(TextsMapper)
        self.record = {"id": 7, "title": {"1": "Shirt", "2": "Chemise"}, "memo": "same"}

    def test_main_language(self):
        values = {"name": "Shirt", "comment": "same"}
        self.assertEqual(self.mapper.texts(self.record), values)

    def test_translations(self):
        found = self.mapper.translations(self.record)
        self.assertEqual(found, {"en_US": {"name": "Shirt"}, "fr_BE": {"name": "Chemise"}})

    def test_what_needs_a_name_has_one(self):
        self.assertEqual(self.mapper.texts({"id": 7})["name"], "#7")
        self.assertEqual(self.mapper.texts({"reference": "R", "title": {}})["name"], "R")

    def test_no_texts(self):
        self.mapper._texts = {}
        self.assertEqual((self.mapper.texts({}), self.mapper.translations({})), ({}, {}))


@tagged("post_install", "-at_install")
class TestLinkedCodes(ConnectorComponentCase):
    def test_country_and_currency(self):
        belgium = self.env.ref("base.be")
        values = self.build(LinkedCountry).code({"iso_code": "be"})
        self.assertEqual(values, {"code": "be", "odoo_id": belgium.id})
        values = self.build(LinkedCurrency).code({"iso_code": "EUR"})
        self.assertEqual(values["odoo_id"], self.env.ref("base.EUR").id)
        self.assertEqual(self.build(LinkedCountry).code({}), {"code": "", "odoo_id": False})

    def test_language(self):
        french = self.env["res.lang"]._activate_lang("fr_BE")
        mapper = self.build(LinkedLanguage)
        self.assertEqual(
            mapper.code({"locale": "fr-be", "iso_code": "xx"}),
            {"code": "fr_BE", "odoo_id": french.id},
        )
        # Who linked another one by hand keeps it.
        self.assertEqual(mapper.code({"iso_code": "zu"}), {"code": "zu"})

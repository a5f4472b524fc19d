# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common import ConnectorComponentCase


class CodesMapper(Component):
    _name = "test.codes.mapper"
    _inherit = "base.codes.import.mapper"


@tagged("post_install", "-at_install")
class TestCodes(ConnectorComponentCase):
    def setUp(self):
        super().setUp()
        self.mapper = self.build(CodesMapper)

    def test_country(self):
        italy = self.env.ref("base.it")
        for code in ("IT", "it", " It "):
            self.assertEqual(self.mapper.country_of(code), italy)
        for code in ("", None, False, "??"):
            self.assertEqual(self.mapper.country_of(code), self.env["res.country"])

    def test_country_state(self):
        italy = self.env.ref("base.it")
        milan = self.env.ref("base.state_it_mi")
        for code, name in (("MI", ""), ("it-mi", ""), ("", milan.name.upper()), ("?", milan.name)):
            self.assertEqual(self.mapper.country_state_of(italy, code, name), milan)
        none = self.env["res.country.state"]
        self.assertEqual(self.mapper.country_state_of(italy), none)
        self.assertEqual(self.mapper.country_state_of(italy, "??", "nowhere"), none)
        self.assertEqual(self.mapper.country_state_of(self.env["res.country"], "MI"), none)

    def test_currency(self):
        currency = self.env["res.currency"].create({"name": "XQQ", "symbol": "Q", "active": False})
        found = self.mapper.currency_of("xqq")
        self.assertEqual(found, currency)
        self.assertNotIn("active_test", found.env.context)
        self.assertFalse(self.mapper.currency_of(""))
        self.assertFalse(self.mapper.currency_of("XXQ"))

    def test_language(self):
        languages = self.env["res.lang"]
        french = languages._activate_lang("fr_BE")
        for code in ("fr_BE", "fr-be", "fr"):
            self.assertEqual(self.mapper.language_of(code), french, code)
        # Belgian French will do for Swiss French, but not for Frisian.
        self.assertEqual(self.mapper.language_of("fr_CH"), french)
        for code in ("fy_NL", "", None):
            self.assertEqual(self.mapper.language_of(code), languages, code)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Values that travel from one cursor to another."""

from collections import namedtuple

from odoo.tests import TransactionCase, tagged

from odoo.addons.component_event.freezing import freeze, thaw

Pair = namedtuple("Pair", "one two")


@tagged("post_install", "-at_install")
class TestFreezing(TransactionCase):
    def roundtrip(self, value):
        return thaw(freeze(value), self.env.cr)

    def test_plain_values(self):
        for value in (None, 1, "text", [1, (2, {3})], {"a": [1], 2: frozenset({4})}, Pair(1, 2)):
            copy = self.roundtrip(value)
            self.assertEqual(copy, value)
            self.assertIs(type(copy), type(value))

    def test_containers_are_copied(self):
        value = {"fields": ["name"]}
        frozen = freeze(value)
        value["fields"].append("email")
        self.assertEqual(thaw(frozen, self.env.cr), {"fields": ["name"]})

    def test_recordsets(self):
        user = self.env.ref("base.user_admin")
        partner = self.env["res.partner"].with_user(user).with_context(marker=1).browse([3, 1, 2])
        for copy in (self.roundtrip(partner), self.roundtrip({"in": [(partner,)]})["in"][0][0]):
            self.assertEqual(copy._name, "res.partner")
            self.assertEqual(copy.ids, [3, 1, 2])
            self.assertEqual(copy.env.uid, user.id)
            self.assertFalse(copy.env.su)
            self.assertEqual(copy.env.context["marker"], 1)
        self.assertTrue(self.roundtrip(partner.sudo()).env.su)

    def test_another_cursor(self):
        with self.registry.cursor() as cr:
            copy = thaw(freeze(self.env.user), cr)
            self.assertIs(copy.env.cr, cr)
            self.assertEqual(copy.login, self.env.user.login)

    def test_records_in_memory(self):
        self.assertEqual(self.roundtrip(self.env["res.partner"].new({})).ids, [])
        user = self.env.user
        self.assertEqual(self.roundtrip(user.new(origin=user)).ids, user.ids)

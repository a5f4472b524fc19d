# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import Command
from odoo.tests import tagged

from .common import LONG_AGO, OdooConnectorCase

#: A picture of one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestImport(OdooConnectorCase):
    def setUp(self):
        super().setUp()
        self.remote.add("res.country", 91, code="BE", name="Belgium over there")
        self.remote.add(
            "res.country.state", 5, code="XBR", name="Brabant", country_id=[91, "Belgium"]
        )
        self.remote.add(
            "res.partner.category", 3, name="Tag", parent_id=False, color=4, active=True
        )
        self.remote.add(
            "res.partner.category", 2, name="Below", parent_id=[3, "Tag"], color=1, active=True
        )
        # The contact has a lower id than its company: ids are no order of dependency.
        self.add_partner(7, name="Ann", parent_id=[8, "Acme"], email="ann@example.com")
        self.add_partner(
            8,
            name="Acme",
            is_company=True,
            category_id=[2, 3],
            country_id=[91, "Belgium"],
            state_id=[5, "Brabant"],
            image_1920=PIXEL,
        )

    def test_everything_arrives(self):
        self.import_all()
        partners = self.bindings("odoo.res.partner")
        company, contact = partners[8].odoo_id, partners[7].odoo_id
        self.assertEqual(contact.parent_id, company)
        self.assertEqual(contact.email, "ann@example.com")
        self.assertTrue(company.is_company)
        self.assertEqual(company.country_id, self.env.ref("base.be"))
        self.assertEqual(company.state_id.name, "Brabant")
        self.assertEqual(company.state_id.country_id, self.env.ref("base.be"))
        self.assertEqual(set(company.category_id.mapped("name")), {"Tag", "Below"})
        self.assertEqual(company.category_id.parent_id.name, "Tag")
        self.assertTrue(company.image_1920)
        self.assertEqual(self.backend._import_progress()["records"], 6)

    def test_second_import_reads_little_and_writes_nothing(self):
        self.import_all()
        before = self._versions()
        self.remote.calls.clear()
        self.import_all()
        self.assertEqual(self._versions(), before)
        self.backend.kind_ids.cursor = False
        self.import_all()
        self.assertEqual(self._versions(), before)

    def test_a_full_comparison_fetches_no_record_that_is_settled(self):
        self.import_all()
        self.backend.kind_ids.cursor = False
        self.remote.calls.clear()
        fetched = []
        original = self.remote.call

        def call(adapter, model, method, domain, **kwargs):
            fetched.extend(kwargs.get("fields", []))
            return original(adapter, model, method, domain, **kwargs)

        self.remote.call = call
        self.import_all()
        self.assertEqual(set(fetched), {"write_date"})

    def _versions(self):
        """Return the row versions of all that an import may write: any UPDATE changes them."""
        self.env.flush_all()
        tables = (
            "res_partner",
            "res_partner_category",
            "res_country_state",
            "odoo_res_partner",
            "odoo_res_partner_category",
            "odoo_res_country_state",
            "odoo_res_country",
        )
        versions = {}
        for table in tables:
            # One transaction writes all in a test: ctid tells the versions apart, xmin does not.
            self.env.cr.execute(f"SELECT id, ctid::text FROM {table}")  # pylint: disable=E8103
            versions[table] = self.env.cr.fetchall()
        return versions

    def test_changed_record_is_updated_alone(self):
        self.import_all()
        acme = self.bindings("odoo.res.partner")[8]
        acme.odoo_id.name = "Changed here"
        self.add_partner(7, name="Ann B.", parent_id=[8, "Acme"], write_date="2021-01-01 00:00:00")
        self.import_all()
        partners = self.bindings("odoo.res.partner")
        self.assertEqual(partners[7].name, "Ann B.")
        self.assertEqual(partners[8].name, "Changed here")

    def test_second_change_in_the_same_second_arrives(self):
        now = self.env.cr.now().strftime("%Y-%m-%d %H:%M:%S")
        ann = self.add_partner(7, name="Ann", write_date=now)
        self.import_all()
        ann["name"] = "Anna"
        self.import_all()
        self.assertEqual(self.bindings("odoo.res.partner")[7].name, "Anna")

    def test_existing_state_is_linked_not_doubled(self):
        here = self.env["res.country.state"].create(
            {"name": "Old name", "code": "XBR", "country_id": self.env.ref("base.be").id}
        )
        self.import_all()
        self.assertEqual(self.bindings("odoo.res.country.state")[5].odoo_id, here)
        self.assertEqual(here.name, "Brabant")

    def test_existing_country_is_linked_and_left_alone(self):
        belgium = self.env.ref("base.be")
        name = belgium.name
        self.import_all()
        self.assertEqual(self.bindings("odoo.res.country")[91].odoo_id, belgium)
        self.assertEqual(belgium.name, name)

    def test_tags_are_taken_away_too(self):
        self.import_all()
        acme = self.bindings("odoo.res.partner")[8]
        acme.odoo_id.category_id = [Command.create({"name": "Ours"})]
        self.add_partner(8, name="Acme", category_id=[3], write_date="2021-01-01 00:00:00")
        self.import_all()
        self.assertEqual(acme.category_id.mapped("name"), ["Tag"])

    def test_archived_over_there_is_archived_here(self):
        self.import_all()
        self.add_partner(7, name="Ann", active=False, write_date="2021-01-01 00:00:00")
        self.import_all()
        self.assertFalse(self.bindings("odoo.res.partner")[7].odoo_id.active)

    def test_unknown_language_and_kind_of_address_are_no_obstacle(self):
        self.add_partner(9, name="Odd", lang="xx_XX", type="private")
        self.import_all()
        odd = self.bindings("odoo.res.partner")[9]
        self.assertEqual(odd.type, "other")
        self.assertNotEqual(odd.lang, "xx_XX")

    def test_pages_cover_everything(self):
        for record_id in range(100, 125):
            self.add_partner(record_id, name=f"P{record_id}")
        self.backend.write({"page_size": 5, "group_size": 2})
        self.import_all()
        self.assertLessEqual(set(range(100, 125)), set(self.bindings("odoo.res.partner")))

    def test_cursor_is_the_last_change_over_there(self):
        self.import_all()
        kinds = {kind.binding_model: kind for kind in self.backend.kind_ids}
        self.assertEqual(str(kinds["odoo.res.partner"].cursor), LONG_AGO)

    def test_kind_that_is_switched_off_or_unknown_over_there(self):
        kinds = {kind.binding_model: kind for kind in self.backend.kind_ids}
        kinds["odoo.res.partner"].enabled = False
        self.remote.records["ir.model"].clear()
        self.import_all()
        self.assertEqual(self.backend.record_count, 0)

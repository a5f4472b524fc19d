# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from lxml import etree

from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestInterface(TransactionCase):
    """Groups, menus and the page of partners: names that connectors refer to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env.ref("connector.group_connector_manager")

    def test_group(self):
        privilege = self.env.ref("connector.res_groups_privilege_connector")
        self.assertEqual(self.group.privilege_id, privilege)
        self.assertEqual(privilege.category_id, self.env.ref("connector.module_category_connector"))
        users = self.group.with_context(active_test=False).user_ids
        self.assertIn(self.env.ref("base.user_root"), users)
        self.assertIn(self.env.ref("base.user_admin"), users)

    def test_job_managers_are_connector_managers(self):
        user = new_test_user(self.env, "jobs", groups="queue_job.group_queue_job_manager")
        self.assertTrue(user.has_group("connector.group_connector_manager"))
        user = new_test_user(self.env, "connectors", groups="connector.group_connector_manager")
        self.assertFalse(user.has_group("queue_job.group_queue_job_manager"))

    def test_menus_are_for_managers(self):
        root = self.env.ref("connector.menu_connector_root")
        menu = self.env.ref("connector.menu_connector")
        self.assertEqual(menu.parent_id, root)
        self.assertEqual((root | menu).group_ids, self.group)

    def test_page_of_partners(self):
        view = self.env.ref("connector.view_partner_connector_form")
        self.assertEqual(view.inherit_id, self.env.ref("base.view_partner_form"))

        def page_for(user):
            arch = self.env["res.partner"].with_user(user).get_view(view.inherit_id.id)["arch"]
            return etree.fromstring(arch).find(".//page[@name='connector']")

        manager = new_test_user(
            self.env, "manager", groups="base.group_user,connector.group_connector_manager"
        )
        # Hidden until a connector puts something there, which another addon may have done.
        page = etree.fromstring(view.arch).find(".//page[@name='connector']")
        self.assertEqual(page.get("invisible"), "1")
        self.assertIsNotNone(page_for(manager))
        self.assertIsNone(page_for(new_test_user(self.env, "simple")))

    def test_connector_shows_its_bindings_there(self):
        """As connectors do: put something on the page and make it visible."""
        self.env["ir.ui.view"].create(
            {
                "name": "partner with bindings",
                "model": "res.partner",
                "inherit_id": self.env.ref("connector.view_partner_connector_form").id,
                "arch": """
                    <page name="connector" position="inside"><field name="barcode"/></page>
                """,
            }
        )
        view = self.env["ir.ui.view"].create(
            {
                "name": "page made visible",
                "model": "res.partner",
                "inherit_id": self.env.ref("connector.view_partner_connector_form").id,
                "arch": """
                    <page name="connector" position="attributes">
                        <attribute name="invisible">0</attribute>
                    </page>
                """,
            }
        )
        manager = new_test_user(
            self.env, "manager", groups="base.group_user,connector.group_connector_manager"
        )
        partners = self.env["res.partner"].with_user(manager)
        arch = partners.get_view(self.env.ref("base.view_partner_form").id)["arch"]
        page = etree.fromstring(arch).find(".//page[@name='connector']")
        self.assertTrue(view.active)
        self.assertNotEqual(page.get("invisible"), "1")
        self.assertIsNotNone(page.find("field[@name='barcode']"))

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# pylint: disable=invalid-commit
"""Delivery after a commit that is one."""

from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.component.core import Component, ComponentRegistry
from odoo.addons.component_event import post_commit

MODEL = "res.partner.industry"
NAME = "Test of post-commit events"


@tagged("post_install", "-at_install")
class TestRealCommit(BaseCase):
    def setUp(self):
        super().setUp()
        components = ComponentRegistry()
        for addon in ("component", "component_event"):
            components.load_components(addon)
        components.ready = True
        self.told = told = []

        class Listener(Component):
            _name = "listener"
            _inherit = "base.event.listener"
            _apply_on = [MODEL]

            @post_commit
            def on_record_create(self, record, fields=None):
                told.append(record.env.cr)
                record.full_name = "written after the commit"
                if record.name == f"{NAME}: fails":
                    record.flush_recordset()
                    raise ZeroDivisionError("on purpose")

        Listener._build_component(components)
        self.context = {"components_registry": components}
        self.cr = self.enterContext(closing(Registry(get_db_name()).cursor()))
        self.env = api.Environment(self.cr, SUPERUSER_ID, self.context)
        self.addCleanup(self.remove)

    def remove(self):
        self.cr.rollback()
        self.env[MODEL].search([("name", "=like", f"{NAME}%")]).unlink()
        self.cr.commit()

    def create(self, suffix=""):
        return self.env[MODEL].create({"name": NAME + suffix})

    def test_commit(self):
        record = self.create()
        self.assertEqual(self.told, [])
        self.cr.commit()
        (cursor,) = self.told
        self.assertIsNot(cursor, self.cr)
        self.assertTrue(cursor.closed)
        self.assertEqual(record.full_name, "written after the commit")
        # the work of the handler is committed as well
        self.cr.rollback()
        self.assertEqual(record.full_name, "written after the commit")

    def test_rollback(self):
        self.create()
        self.env.flush_all()
        self.cr.rollback()
        self.cr.commit()
        self.assertEqual(self.told, [])

    def test_handlers_share_a_cursor_and_no_transaction(self):
        records = self.create(": one"), self.create(": fails"), self.create(": two")
        with self.assertLogs("odoo.addons.component_event.delivery", "ERROR"):
            self.cr.commit()
        self.assertEqual(len(self.told), 3)
        self.assertEqual(len(set(self.told)), 1)
        self.assertEqual(
            [record.full_name for record in records],
            ["written after the commit", False, "written after the commit"],
        )

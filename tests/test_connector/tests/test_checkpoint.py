# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import importlib
import sys

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.connector import legacy
from odoo.addons.connector.models.checkpoint import add_checkpoint

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestCheckpoint(ShopCase):
    def setUp(self):
        super().setUp()
        self.product = self.env["test.connector.product"].create({"name": "Novel"})
        self.manager = new_test_user(
            self.env, "manager", groups="base.group_user,connector.group_connector_manager"
        )
        self.checkpoint = self.backend.add_checkpoint(self.product)

    def test_fields(self):
        self.assertEqual(self.checkpoint.record, self.product)
        self.assertEqual(self.checkpoint.name, "Novel")
        self.assertEqual(self.checkpoint.model_id.model, "test.connector.product")
        self.assertEqual(self.checkpoint.record_id, self.product.id)
        self.assertEqual(self.checkpoint.backend_id, self.backend)
        self.assertEqual(self.checkpoint.state, "need_review")

    def test_managers_are_told(self):
        self.assertIn(self.manager.partner_id, self.checkpoint.message_partner_ids)
        bodies = " ".join(self.checkpoint.message_ids.mapped("body"))
        self.assertIn("A Test Product needs a review.", bodies)

    def test_managers_are_told_why(self):
        reason = "The price is 0."
        made = self.backend.add_checkpoint(self.product.copy(), reason=reason)
        self.assertEqual(made.reason, reason)
        self.assertIn(reason, " ".join(made.message_ids.mapped("body")))
        for kind in ("list", "form", "search"):
            arch = self.env["connector.checkpoint"].get_view(view_type=kind)["arch"]
            self.assertIn('name="reason"', arch)

    def test_review(self):
        self.assertEqual(
            self.env["connector.checkpoint"].search(
                self.env["connector.checkpoint"]._needaction_domain_get()
            ),
            self.checkpoint,
        )
        self.checkpoint.with_user(self.manager).reviewed()
        self.assertEqual(self.checkpoint.state, "reviewed")

    def test_wizard(self):
        other = self.backend.add_checkpoint(self.product.copy())
        wizard = Form(
            self.env["connector.checkpoint.review"]
            .with_user(self.manager)
            .with_context(active_model="connector.checkpoint", active_ids=self.checkpoint.ids)
        ).save()
        self.assertEqual(wizard.checkpoint_ids, self.checkpoint)
        self.assertEqual(wizard.review()["type"], "ir.actions.act_window_close")
        self.assertEqual((self.checkpoint.state, other.state), ("reviewed", "need_review"))

    def test_wizard_from_elsewhere(self):
        wizard = self.env["connector.checkpoint.review"].with_context(
            active_model="res.partner", active_ids=[1]
        )
        self.assertFalse(wizard.create({}).checkpoint_ids)

    def test_search_by_name(self):
        other = self.backend.add_checkpoint(self.env["res.partner"].create({"name": "Novelist"}))
        self.backend.add_checkpoint(self.product.copy({"name": "Kite"}))
        checkpoints = self.env["connector.checkpoint"]
        self.assertEqual(checkpoints.search([("name", "ilike", "novel")]), self.checkpoint | other)
        self.assertFalse(checkpoints.search([("name", "=", "nothing")]))

    def test_deleted_record(self):
        self.product.unlink()
        self.checkpoint.invalidate_recordset()
        self.assertFalse(self.checkpoint.record)
        self.assertEqual(self.checkpoint.name, "Deleted record")

    def test_helpers(self):
        made = add_checkpoint(
            self.env, self.product._name, self.product.id, self.backend._name, self.backend.id
        )
        self.assertEqual(made.record, self.product)
        with self.assertRaises(AssertionError):
            add_checkpoint(self.env, "no.model", 1, self.backend._name, self.backend.id)

    def test_older_import_path(self):
        name = "odoo.addons.connector.checkpoint.checkpoint"
        sys.modules.pop(name, None)
        legacy._warned.discard(name)
        with self.assertLogs("odoo.addons.connector.legacy", "WARNING"):
            checkpoint = importlib.import_module(name)
        for session in (self.env, self):
            made = checkpoint.add_checkpoint(
                session, self.product._name, self.product.id, self.backend._name, self.backend.id
            )
            self.assertEqual(made.record, self.product)

    def test_only_managers(self):
        user = new_test_user(self.env, "simple")
        with self.assertRaises(AccessError):
            self.checkpoint.with_user(user).reviewed()
        with self.assertRaises(AccessError):
            self.env["connector.checkpoint"].with_user(user).search([])

    def test_models_to_point_at(self):
        names = {name for name, _label in self.env["connector.checkpoint"]._reference_models()}
        self.assertIn("res.partner", names)
        self.assertNotIn("ir.model", names)

    def test_menu_and_action(self):
        action = self.env.ref("connector.action_connector_checkpoint")
        self.assertEqual(action.res_model, "connector.checkpoint")
        self.assertEqual(self.env.ref("connector.menu_checkpoint").action, action)
        review = self.env.ref("connector.action_connector_checkpoint_review")
        self.assertEqual(review.binding_model_id.model, "connector.checkpoint")
        for view in ("form", "tree", "search"):
            self.env.ref(f"connector.view_connector_checkpoint_{view}")

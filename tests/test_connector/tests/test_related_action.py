# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.connector import legacy
from odoo.addons.connector.components.binder import Binder
from odoo.addons.connector.related_action import unwrap_binding

from .common import PRODUCT, ShopCase


@tagged("post_install", "-at_install")
class TestRelatedAction(ShopCase):
    def action(self, records):
        job = records.with_delay().export_record()
        return job.db_record().related_action_unwrap_binding()

    def test_opens_the_normal_record(self):
        self.import_record("p1")
        binding = self.binding("p1")
        action = self.action(binding)
        self.assertEqual(action["type"], "ir.actions.act_window")
        self.assertEqual(action["name"], "Related Record")
        self.assertEqual(action["view_mode"], "form")
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("test.connector.product", binding.odoo_id.id),
        )

    def test_opens_the_binding_if_there_is_no_other_record(self):
        number = self.env["test.connector.number.binding"].create({"backend_id": self.backend.id})
        action = self.action(number)
        self.assertEqual((action["res_model"], action["res_id"]), (number._name, number.id))

    def test_nothing_to_open(self):
        self.import_record("p1")
        self.import_record("p2")
        self.assertIsNone(self.action(self.env[PRODUCT]))
        self.assertIsNone(self.action(self.binding("p1") | self.binding("p2")))
        job = self.binding("p1").with_delay().export_record()
        self.binding("p1").unlink()
        self.assertIsNone(job.db_record().related_action_unwrap_binding())

    def test_other_usage(self):
        self.import_record("p1")
        job = self.binding("p1").with_delay().export_record()
        action = job.db_record().related_action_unwrap_binding(component_usage="binder")
        self.assertEqual(action["res_model"], "test.connector.product")

    def test_older_function(self):
        """``unwrap_binding`` of the older connectors, which jobs name as their action."""
        self.import_record("p1")
        binding = self.binding("p1")
        job = SimpleNamespace(args=(PRODUCT, binding.id, ["name"]))
        action = unwrap_binding(self, job)
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("test.connector.product", binding.odoo_id.id),
        )
        job = SimpleNamespace(args=(PRODUCT, "x", binding.id))
        self.assertEqual(unwrap_binding(self, job, id_pos=3, binder_class=Binder), action)
        number = self.env["test.connector.number.binding"].create({"backend_id": self.backend.id})
        action = unwrap_binding(self, SimpleNamespace(args=(number._name, number.id)))
        self.assertEqual((action["res_model"], action["res_id"]), (number._name, number.id))
        number.unlink()
        self.assertIsNone(unwrap_binding(self, SimpleNamespace(args=(number._name, number.id))))

    def test_backend_field_of_another_name(self):
        product = self.env["test.connector.product"].create({"name": "Novel"})
        own = self.env["test.connector.own.binding"].create(
            {"shop_id": self.backend.id, "record_id": product.id}
        )
        action = self.action(own)
        self.assertEqual((action["res_model"], action["res_id"]), (product._name, product.id))

    def test_older_name_of_the_normal_record(self):
        self.import_record("p1")
        legacy._warned.discard("openerp_id of a binding")
        with self.assertLogs(legacy.__name__, "WARNING"):
            self.assertEqual(self.binding("p1").openerp_id, self.binding("p1").odoo_id)

    def test_by_its_name_in_a_job_function(self):
        self.env["queue.job.function"].create(
            {
                "name": f"<{PRODUCT}>.export_record",
                "edit_related_action": "{'func_name': 'related_action_unwrap_binding',"
                " 'kwargs': {'component_usage': 'binder'}}",
            }
        )
        self.import_record("p1")
        job = self.binding("p1").with_delay().export_record()
        action = job.db_record().open_related_action()
        self.assertEqual(action["res_model"], "test.connector.product")

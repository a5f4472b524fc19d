# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from unittest import mock

from lxml import etree

from odoo.tests import TransactionCase, tagged

from odoo.addons.connector.exception import InvalidDataError

from .common import ShopComponentCase


@tagged("post_install", "-at_install")
class TestOurRecords(TransactionCase):
    """There may be connectors installed, or none: their fields show where they are."""

    def test_page_of_the_forms(self):
        for model in ("sale.order", "account.move", "stock.picking"):
            arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
            page = arch.find(".//page[@name='shop']")
            names = self.env[model]._shop_binding_fields()
            self.assertEqual([field.get("name") for field in page.findall("./field")], names)
            expected = " and ".join(f"not {name}" for name in names) or "True"
            self.assertEqual(page.get("invisible"), expected)

    def test_cron(self):
        backends = mock.Mock()
        path = "odoo.addons.connector_shop.models.shop_backend.models_of"
        with mock.patch(path, return_value=[backends]) as models_of:
            self.env.ref("connector_shop.cron_synchronize").ir_actions_server_id.run()
        models_of.assert_called_once()
        backends._cron_synchronize.assert_called_once_with()


@tagged("post_install", "-at_install")
class TestTrackingExporter(ShopComponentCase):
    def run_exporter(self, *numbers, carriers=True):
        """Run the exporter for an order with a delivery of each number."""
        exporter = self.comp_registry["shop.tracking.exporter"](self.work_on())
        exporter._backend_adapter = mock.Mock()
        exporter._backend_adapter.write_tracking_number.return_value = carriers
        binding = mock.MagicMock(external_id="7")
        pickings = binding.odoo_id.picking_ids.filtered.return_value
        pickings.mapped.return_value = numbers
        self.sent = exporter._backend_adapter.write_tracking_number
        return exporter.run(binding)

    def test_numbers(self):
        self.assertIn("A,B", self.run_exporter("A", False, "B", "A"))
        self.assertEqual(self.sent.call_args.args[1], "A,B")

    def test_nothing_to_send(self):
        self.assertIn("no tracking number", self.run_exporter(False))
        self.sent.assert_not_called()

    def test_not_shipped_by_a_carrier(self):
        self.assertIn("not shipped by a carrier", self.run_exporter("A", carriers=False))

    def test_too_long(self):
        with self.assertRaisesRegex(InvalidDataError, r"x{65} has more .*\(64\)"):
            self.run_exporter("x" * 65)

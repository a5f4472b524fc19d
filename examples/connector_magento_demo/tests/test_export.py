# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MagentoCase


@tagged("post_install", "-at_install")
class TestExport(MagentoCase):
    def order(self, backend):
        """Import the first order of the shop."""
        external_id = "000000001" if backend == self.one else "1"
        self.env["magento.sale.order"].import_record(backend, external_id)
        return self.bindings(backend, "magento.sale.order")[external_id].odoo_id

    def deliver(self, order, **quantities):
        """Finish the delivery of an order."""
        picking = order.picking_ids.filtered(lambda picking: picking.state != "done")
        for move in picking.move_ids:
            move.quantity = quantities.get(move.sale_line_id.shop_item_id, move.product_uom_qty)
            move.picked = True
        picking._action_done()
        return picking

    def invoice(self, order):
        """Make and post the invoice of an order."""
        for line in order.order_line:
            line.product_id.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def test_invoice(self):
        invoice = self.invoice(self.order(self.two))
        ((path, body),) = self.server.done
        self.assertEqual(path, "order/1/invoice")
        self.assertEqual(
            body["items"], [{"order_item_id": 1, "qty": 1}, {"order_item_id": 2, "qty": 2}]
        )
        self.assertEqual((body["capture"], body["notify"]), (False, False))
        self.assertEqual(invoice.magento_bind_ids.external_id, "50")

    def test_invoice_of_magento1(self):
        invoice = self.invoice(self.order(self.one))
        ((name, order, items, _comment, _email, _include),) = self.server.done
        self.assertEqual((name, order), ("sales_order_invoice.create", "000000001"))
        self.assertEqual(items, {"1": "1", "2": "2"})
        self.assertEqual(invoice.magento_bind_ids.external_id, "10000000")

    def test_shipment_and_tracking_number(self):
        picking = self.deliver(self.order(self.two))
        self.assertEqual(self.server.done[0][0], "order/1/ship")
        self.assertNotIn("tracks", self.server.done[0][1])
        picking.carrier_tracking_ref = "1Z999"
        path, body = self.server.done[1]
        self.assertEqual(path, "shipment/track")
        entity = body["entity"]
        self.assertEqual((entity["parent_id"], entity["track_number"]), (50, "1Z999"))
        self.assertEqual(entity["order_id"], 1)
        # The same number again is no news.
        picking.carrier_tracking_ref = "1Z999"
        self.assertEqual(len(self.server.done), 2)

    def test_shipment_takes_its_tracking_number_along(self):
        order = self.order(self.two)
        order.picking_ids.carrier_tracking_ref = "1Z999"
        picking = self.deliver(order)
        ((_path, body),) = self.server.done
        self.assertEqual(body["tracks"][0]["track_number"], "1Z999")
        self.assertEqual(picking.magento_bind_ids.tracking_sent, "1Z999")

    def test_shipment_of_magento1(self):
        order = self.order(self.one)
        order.picking_ids.carrier_tracking_ref = "1Z999"
        picking = self.deliver(order)
        self.assertEqual(
            [done[:2] for done in self.server.done],
            [
                ("sales_order_shipment.create", "000000001"),
                ("sales_order_shipment.addTrack", "10000000"),
            ],
        )
        self.assertEqual(self.server.done[1][4], "1Z999")
        self.assertEqual(picking.magento_bind_ids.tracking_sent, "1Z999")

    def test_partial_shipments(self):
        order = self.order(self.two)
        picking = order.picking_ids
        for move in picking.move_ids:
            move.quantity = 1 if move.sale_line_id.shop_item_id == "2" else 0
            move.picked = bool(move.quantity)
        picking._action_done()
        self.deliver(order)
        self.assertEqual(
            [body["items"] for _path, body in self.server.done],
            [
                [{"order_item_id": 2, "qty": 1}],
                [{"order_item_id": 1, "qty": 1}, {"order_item_id": 2, "qty": 1}],
            ],
        )

    def bundle(self, shop):
        """Make the first order of a shop one of two bundles, each of one bag and two of a part."""
        line = {**shop["orders"][0]["items"][0], "tax_percent": 0, "discount_amount": 0}
        bag = {**line, "item_id": "11", "parent_item_id": "10", "qty_ordered": "2"}
        shop["orders"][0]["items"] = [
            {**line, "item_id": "10", "product_type": "bundle", "sku": "KIT", "qty_ordered": "2"},
            bag,
            {**bag, "item_id": "12", "qty_ordered": "4"},
        ]

    def test_bundles(self):
        """What is shipped together the shop only knows by the bundle, the rest by the parts."""
        for backend, shop in ((self.one, self.server.shop1), (self.two, self.server.shop2)):
            with self.subTest(version=backend.version):
                self.bundle(shop)
                self.server.done.clear()
                order = self.order(backend)
                self.assertEqual(order.order_line.mapped("shop_item_id")[:2], ["11", "12"])
                self.deliver(order, **{"11": 1, "12": 4})
                self.deliver(order)
                sent = [
                    {item["order_item_id"]: item["qty"] for item in done[1]["items"]}
                    if backend == self.two
                    else {int(item): int(number) for item, number in done[2].items()}
                    for done in self.server.done
                ]
                self.assertEqual(sent, [{11: 1, 12: 4, 10: 1}, {11: 1, 10: 1}])

    def test_document_that_got_lost_on_the_way_back(self):
        for backend in (self.one, self.two):
            with self.subTest(version=backend.version):
                self.server.done.clear()
                order = self.order(backend)
                with trap_jobs() as trap:
                    env = self.env(context={**self.env.context, "queue_job__no_delay": False})
                    picking = self.deliver(order.with_env(env))
                    trap.assert_jobs_count(1)
                binding = picking.magento_bind_ids
                with backend.work_on("magento.shipment") as work:
                    exporter = work.component(usage="record.exporter")
                    exporter.run(binding)
                # The shop has it, and we have forgotten that it does.
                binding.external_id = False
                binding.with_env(self.env).export_record()
                self.assertEqual(len(self.server.done), 1)
                self.assertTrue(binding.external_id)

    def test_switched_off(self):
        self.two.write({"export_invoices": False, "export_shipments": False})
        order = self.order(self.two)
        self.deliver(order)
        self.invoice(order)
        self.assertFalse(self.server.done)

    def test_other_orders_are_none_of_our_business(self):
        partner = self.env["res.partner"].create({"name": "Ann"})
        product = self.env["product.product"].create({"name": "Thing", "type": "consu"})
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})]}
        )
        order.action_confirm()
        self.deliver(order)
        self.assertFalse(self.server.done or self.server.requests)

    def test_user_without_rights_on_the_connector(self):
        user = self.env["res.users"].create(
            {
                "name": "Stock",
                "login": "magento-stock",
                "group_ids": [(6, 0, [self.env.ref("stock.group_stock_manager").id])],
            }
        )
        order = self.order(self.two)
        self.deliver(order.with_user(user).sudo().with_user(user).sudo(False))
        self.assertEqual(len(self.server.done), 1)

    def test_stock(self):
        location = self.env["stock.warehouse"].search([], limit=1).lot_stock_id
        for backend, external_id in ((self.one, "1"), (self.two, "24-MB01")):
            with self.subTest(version=backend.version):
                backend.warehouse_id = location.warehouse_id
                self.env["magento.product"].import_batch(backend)
                binding = self.bindings(backend, "magento.product")[external_id]
                self.env["stock.quant"]._update_available_quantity(binding.odoo_id, location, 7)
                self.server.done.clear()
                backend.action_export_stock()
                sent = binding._stock_to_sell()
                self.assertGreaterEqual(sent, 7)
                # Two are kept on stock: the others are services, or have variants.
                self.assertEqual(len(self.server.done), 2)
                if backend == self.two:
                    path, body = self.server.done[0]
                    self.assertEqual(path, "products/24-MB01/stockItems/101")
                    self.assertEqual(body, {"stockItem": {"qty": sent, "is_in_stock": True}})
                else:
                    data = {"qty": str(sent), "is_in_stock": 1}
                    name = "cataloginventory_stock_item.update"
                    self.assertEqual(self.server.done[0], (name, "1", data))
                self.server.done.clear()
                backend.action_export_stock()
                self.assertFalse(self.server.done)
                self.env["stock.quant"]._update_available_quantity(binding.odoo_id, location, 1)
                # Quantities are computed once in a transaction.
                self.env.invalidate_all()
                backend.action_export_stock()
                self.assertEqual(len(self.server.done), 1)

    def test_stock_item_that_was_not_read(self):
        self.env["magento.product"].import_record(self.two, "24-MB01")
        binding = self.bindings(self.two, "magento.product")["24-MB01"]
        binding.stock_item_id = False
        binding.export_record()
        self.assertIn("GET stockItems/24-MB01", self.server.requests)
        self.assertEqual(self.server.done[0][0], "products/24-MB01/stockItems/101")

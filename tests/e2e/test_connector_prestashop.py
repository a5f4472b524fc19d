# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The PrestaShop connector, with jobs on a real server, and a shop over HTTP."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from harness import wait_for

from devtools.environment import ROOT

TESTS = ROOT / "examples" / "connector_prestashop_demo" / "tests"

#: As many imports as there are processes in a busy set-up.
TIMES = 8

#: Tables of our records, and of the bindings that have to be one for each.
BOUND = {
    "product_category": "prestashop_category",
    "product_template": "prestashop_product_template",
    "product_attribute": "prestashop_product_option",
    "product_attribute_value": "prestashop_product_option_value",
    "sale_order": "prestashop_order",
}

PREPARE = """
backend = env["prestashop.backend"].create(
    {"name": "Shop", "url": url, "key": key, "tz": "UTC"}
)
for _number in range(times):
    # The date of the first one would leave nothing to the others.
    for name in backend._import_date_fields.values():
        backend[name] = False
    backend.action_import_all()
result = backend.id
"""

COUNT_GOODS = """
product = env["prestashop.stock.available"].search([("external_id", "=", 4)]).odoo_id
backend = env["prestashop.backend"].browse(backend_id)
env["stock.quant"].with_context(inventory_mode=True).create(
    {
        "product_id": product.id,
        "location_id": backend.warehouse_id.lot_stock_id.id,
        "inventory_quantity": 9,
    }
).action_apply_inventory()
env["prestashop.order"].search([]).picking_ids.carrier_tracking_ref = "TRACK 8"
"""

pytestmark = pytest.mark.slow


def load(name: str) -> ModuleType:
    """Load a file of the addon's tests, which needs no Odoo."""
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


shop_server, shop_data = load("shop_server"), load("shop_data")


def test_eight_imports_at_once_and_what_goes_back(new_database, odoo_server):
    database = new_database("connector_prestashop_demo")
    before = {table: database.value(f"SELECT count(*) FROM {table}") for table in BOUND}
    with shop_server.ShopServer(shop_data.records()) as shop:
        for image in (10, 11):
            shop.images[f"products/1/{image}"] = shop_server.PIXEL
        backend_id = database.run(PREPARE, url=shop.url, key=shop_server.KEY, times=TIMES)
        imports = "SELECT count(*) FROM queue_job WHERE method_name = 'import_batch'"
        assert database.value(imports) == 10 * TIMES

        odoo_server(database, queue_job={"channels": f"root:{TIMES}"})
        database.wait_jobs(timeout=400)
        for table, bindings in BOUND.items():
            ids = [row[0] for row in database.query(f"SELECT external_id FROM {bindings}")]
            assert len(ids) == len(set(ids)) > 0
            # Nor is there a second record that no binding knows of.
            made = database.value(f"SELECT count(*) FROM {table}") - before[table]
            assert made == len(ids), table
        variants = "SELECT count(*) FROM product_product WHERE product_tmpl_id = %s"
        [shirt] = database.query(
            "SELECT odoo_id FROM prestashop_product_template WHERE external_id = 1"
        )
        assert database.value(variants, shirt) == 2
        assert database.value("SELECT state FROM sale_order ORDER BY id DESC LIMIT 1") == "sale"

        database.run(COUNT_GOODS, backend_id=backend_id)
        records = shop.records
        wait_for(
            lambda: (
                records["stock_availables"][4]["quantity"] == "8"
                and records["order_carriers"][30]["tracking_number"] == "TRACK 8"
            ),
            timeout=120,
            message=lambda: f"{records['stock_availables'][4]}, {records['order_carriers'][30]}",
        )
        database.wait_jobs(timeout=120)

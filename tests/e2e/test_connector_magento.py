# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The Magento connector on a real server, whose processes run the same imports at once."""

from __future__ import annotations

import importlib
import sys
import threading
import types
from collections.abc import Iterator

import pytest

from devtools.environment import ROOT

pytestmark = pytest.mark.slow

ADDON = "connector_magento_demo"
BINDINGS = (
    "magento_store",
    "magento_website",
    "magento_customer_group",
    "magento_category",
    "magento_partner",
    "magento_address",
    "magento_product",
    "magento_sale_order",
)
#: They are all committed together.
ENQUEUE = """
backend = env["magento.backend"].create(values)
for _number in range(8):
    env["magento.sale.order"].with_delay().import_batch(backend)
"""
#: A currency in use, for which there is no pricelist yet.
ENQUEUE_TWO = """
backend = env["magento.backend"].search([("version", "=", "2.x")])
env["res.currency"].with_context(active_test=False).search([("name", "=", "GBP")]).active = True
for external_id in external_ids:
    env["magento.sale.order"].with_delay().import_record(backend, external_id)
"""


def shop_module() -> types.ModuleType:
    """Load the shop of the addon's own tests, which needs no Odoo, without the tests."""
    package = types.ModuleType("magento_shop")
    package.__path__ = [str(ROOT / "examples" / ADDON / "tests")]
    sys.modules[package.__name__] = package
    return importlib.import_module("magento_shop.magento_server")


@pytest.fixture
def shop() -> Iterator:
    """A shop that speaks both protocols, with the keys to it."""
    module = shop_module()
    with module.MagentoServer() as server:
        server.backends = [
            {
                "name": "One",
                "url": server.url,
                "version": "1.x",
                "username": module.API_USER,
                "password": module.API_KEY,
            },
            {"name": "Two", "url": server.url, "version": "2.x", "token": module.TOKEN},
        ]
        yield server


def test_eight_imports_at_once_and_stock_back(new_database, odoo_server, shop):
    database = new_database(ADDON)
    server = odoo_server(database, queue_job={"channels": "root:8"})
    # Two jobs that meet in a row that both write: Odoo logs it, and one of them runs again.
    server.expect_error("odoo.sql_db: .*bad query")
    for values in shop.backends:
        # One shop after the other: both write the products that they have in common.
        database.run(ENQUEUE, values=values)
        database.wait_jobs(timeout=300)

    for table in BINDINGS:
        rows = database.query(
            f"SELECT b.name, count(*), count(DISTINCT external_id) FROM {table} t"
            " JOIN magento_backend b ON b.id = t.backend_id GROUP BY 1 ORDER BY 1"
        )
        assert [name for name, _rows, _ids in rows] == ["One", "Two"], table
        assert all(number == ids for _name, number, ids in rows), table
    assert database.value("SELECT count(*) FROM magento_sale_order") == 4
    # Nor are there records that no binding knows of.
    kinds = {"sale_order": "magento_sale_order", "product_category": "magento_category"}
    for table, name in kinds.items():
        unbound = database.query(
            f"SELECT id FROM {table} WHERE id NOT IN (SELECT odoo_id FROM {name})"
            f" AND create_date >= (SELECT min(create_date) FROM {name})"
        )
        assert unbound == [], table

    [first, second] = [
        row for (row,) in database.query("SELECT id FROM magento_backend ORDER BY id")
    ]
    server.rpc("magento.backend", "action_export_stock", [first, second])
    database.wait_jobs(timeout=120)
    sent = {done[0] for done in shop.done}
    assert sent >= {"cataloginventory_stock_item.update", "products/24-MB01/stockItems/101"}

    first = shop.shop2["orders"][0]
    place = {**first["billing_address"], "street": ["9 New Road"]}
    import_two_at_once(shop, database, {"billing_address": place, "extension_attributes": {}})
    assert database.value("SELECT count(*) FROM res_partner WHERE street = '9 New Road'") == 1

    import_two_at_once(shop, database, {"order_currency_code": "GBP"})
    pricelists = database.value(
        "SELECT count(*) FROM product_pricelist p JOIN res_currency c ON c.id = p.currency_id"
        " WHERE c.name = 'GBP'"
    )
    assert pricelists == 1


def import_two_at_once(shop, database, changes: dict) -> None:
    """Import two orders like the first one, whose jobs have both begun when either is answered."""
    both_begun = threading.Barrier(2)
    numbers = [len(shop.shop2["orders"]) + place for place in (1, 2)]
    for number in numbers:
        # Orders that are confirmed would meet in the stock as well.
        order = {**shop.shop2["orders"][0], **changes, "state": "new"}
        order |= {"entity_id": number, "increment_id": f"00000000{number}"}
        shop.shop2["orders"].append(order)

        def answer(handler, path=f"orders/{number}"):
            both_begun.wait(60)
            shop._rest(handler, path, b"")

        shop.trouble.append((f"GET orders/{number}", answer))
    database.run(ENQUEUE_TWO, external_ids=[str(number) for number in numbers])
    database.wait_jobs(timeout=120)
    assert not both_begun.broken
    assert database.value("SELECT count(*) FROM magento_sale_order") == 2 + numbers[-1]

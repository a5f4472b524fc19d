# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a small shop has, in the words of each version: as the public documentation shows them."""

import copy

ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "city": "Calder",
    "postcode": "49628-7978",
    "country_id": "US",
    "telephone": "(555) 229-3326",
}
ORDER_HEAD = {
    "created_at": "2026-01-15 23:30:00",
    "order_currency_code": "USD",
    "base_currency_code": "USD",
    "customer_email": "roni_cost@example.com",
    "customer_firstname": "Veronica",
    "customer_lastname": "Costello",
    "shipping_description": "Flat Rate - Fixed",
}


def magento2() -> dict:
    """Make the records of a Magento 2."""
    tree = {
        "id": 2,
        "parent_id": 1,
        "name": "Default Category",
        "is_active": True,
        "level": 1,
        "children_data": [
            {
                "id": 3,
                "parent_id": 2,
                "name": "Gear",
                "is_active": True,
                "level": 2,
                "children_data": [
                    {
                        "id": 4,
                        "parent_id": 3,
                        "name": "Bags",
                        "is_active": True,
                        "level": 3,
                        "children_data": [],
                    }
                ],
            }
        ],
    }
    customer = {
        "id": 1,
        "group_id": 1,
        "default_billing": "1",
        "default_shipping": "1",
        "created_at": "2026-01-01 08:00:00",
        "updated_at": "2026-01-02 08:00:00",
        "email": "roni_cost@example.com",
        "firstname": "Veronica",
        "lastname": "Costello",
        "store_id": 1,
        "website_id": 1,
        "addresses": [
            {
                **ADDRESS,
                "id": 1,
                "customer_id": 1,
                "region": {"region_code": "MI", "region": "Michigan", "region_id": 33},
                "street": ["6146 Honey Bluff Parkway"],
                "default_shipping": True,
                "default_billing": True,
            }
        ],
        "extension_attributes": {"is_subscribed": False},
    }
    bare = {"id": 2, "group_id": 0, "email": "only@example.com", "website_id": 1}
    products = [
        _product2(1, "24-MB01", "Joust Duffle Bag", 34, ["3", "4"]),
        _product2(2, "WS/12 M", "Radiant Tee-M", 22, ["3"]),
        _product2(3, "WS12", "Radiant Tee", 22, ["3"], type_id="configurable"),
        {"id": 4, "sku": "EBOOK", "name": "Guide", "type_id": "downloadable", "status": 2},
    ]
    return {
        "websites": [
            {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
            {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
        ],
        "stores": [
            {"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0},
            {"id": 1, "code": "default", "name": "Default Store View", "website_id": 1},
        ],
        "groups": [
            {"id": 0, "code": "NOT LOGGED IN", "tax_class_id": 3},
            {"id": 1, "code": "General", "tax_class_id": 3},
        ],
        "tree": tree,
        "customers": [customer, bare],
        "products": products,
        "orders": [_order2(), _guest_order2()],
    }


def _product2(product_id, sku, name, price, categories, type_id="simple"):
    return {
        "id": product_id,
        "sku": sku,
        "name": name,
        "price": price,
        "status": 1,
        "type_id": type_id,
        "weight": 1.5,
        "updated_at": "2026-01-03 10:00:00",
        "extension_attributes": {
            "website_ids": [1],
            "stock_item": {"item_id": 100 + product_id, "qty": 10},
        },
        "custom_attributes": [
            {"attribute_code": "category_ids", "value": categories},
            {"attribute_code": "short_description", "value": "<p>Good <b>one</b></p>"},
        ],
    }


def _order2():
    address = {
        **ADDRESS,
        "street": ["6146 Honey Bluff Parkway"],
        "region": "Michigan",
        "region_code": "MI",
        "region_id": 33,
    }
    parent = {
        "item_id": 2,
        "product_id": 3,
        "product_type": "configurable",
        "sku": "WS/12 M",
        "name": "Radiant Tee",
        "qty_ordered": 2,
        "price": 22,
        "price_incl_tax": 24.2,
        "tax_percent": 10,
        "discount_amount": 4.4,
    }
    return {
        **ORDER_HEAD,
        "entity_id": 1,
        "increment_id": "000000001",
        "state": "processing",
        "status": "processing",
        "updated_at": "2026-01-16 09:00:00",
        "customer_id": 1,
        "customer_is_guest": 0,
        "store_id": 1,
        "grand_total": 83.16 + 5,
        "shipping_amount": 5,
        "shipping_incl_tax": 5,
        "billing_address": {**address, "address_type": "billing", "email": "roni_cost@example.com"},
        "payment": {"method": "checkmo", "additional_information": ["Check"]},
        "status_histories": [],
        "items": [
            {
                "item_id": 1,
                "product_id": 1,
                "product_type": "simple",
                "sku": "24-MB01",
                "name": "Joust Duffle Bag",
                "qty_ordered": 1,
                "price": 36,
                "price_incl_tax": 39.6,
                "tax_percent": 10,
                "discount_amount": 0,
            },
            parent,
            {
                "item_id": 3,
                "parent_item_id": 2,
                "product_id": 2,
                "product_type": "simple",
                "sku": "WS/12 M",
                "name": "Radiant Tee-M",
                "qty_ordered": 2,
                "price": 0,
                "parent_item": parent,
            },
        ],
        "extension_attributes": {
            "shipping_assignments": [
                {
                    "shipping": {
                        "address": {**address, "street": ["1 Other Road", "Floor 2"]},
                        "method": "flatrate_flatrate",
                    }
                }
            ]
        },
    }


def _guest_order2():
    return {
        "entity_id": 2,
        "increment_id": "000000002",
        "state": "new",
        "created_at": "2026-01-17 00:00:00",
        "updated_at": "2026-01-17 00:00:00",
        "customer_is_guest": 1,
        "customer_email": "Guest@example.com",
        "order_currency_code": "EUR",
        "grand_total": 9.5,
        "store_id": None,
        "billing_address": {
            "firstname": "Gus",
            "lastname": "Est",
            "city": "Lyon",
            "country_id": "FR",
            "street": ["3 rue X"],
            "region": None,
        },
        "items": [
            {"item_id": 9, "sku": "GONE", "name": "Gone", "qty_ordered": 1, "price": 9.5},
        ],
    }


def magento1() -> dict:
    """Make the records of a Magento 1: ids and amounts are texts, empty dictionaries are lists."""
    shop = magento2()
    customer = {
        "customer_id": "1",
        "increment_id": "000000001",
        "created_at": "2026-01-01 08:00:00",
        "updated_at": "2026-01-02 08:00:00",
        "email": "roni_cost@example.com",
        "firstname": "Veronica",
        "middlename": None,
        "lastname": "Costello",
        "group_id": "1",
        "store_id": "1",
        "website_id": "1",
        "taxvat": "US123",
    }
    bare = {"customer_id": "2", "email": "only@example.com", "group_id": "0", "website_id": "1"}
    address = {
        **ADDRESS,
        "customer_address_id": "1",
        "region": "Michigan",
        "region_id": "33",
        "street": "6146 Honey Bluff Parkway\n",
        "is_default_billing": True,
        "is_default_shipping": True,
    }
    return {
        "stores": [
            {"store_id": "1", "code": "default", "website_id": "1", "group_id": "1", "name": "EN"}
        ],
        "groups": [
            {"customer_group_id": "0", "customer_group_code": "NOT LOGGED IN"},
            {"customer_group_id": "1", "customer_group_code": "General"},
        ],
        "tree": _tree1(shop["tree"]),
        "customers": [customer, bare],
        "addresses": {"1": [address]},
        "products": [_product1(product) for product in shop["products"]],
        "orders": [_order1(order) for order in shop["orders"]],
    }


def _tree1(node):
    return {
        "category_id": str(node["id"]),
        "parent_id": str(node["parent_id"]),
        "name": node["name"],
        "is_active": "1",
        "position": "1",
        "level": str(node["level"]),
        "children": [_tree1(child) for child in node["children_data"]],
    }


def _product1(product):
    attributes = {
        item["attribute_code"]: item["value"] for item in product.get("custom_attributes", ())
    }
    found = {
        "product_id": str(product["id"]),
        "sku": product["sku"],
        "type": product["type_id"],
        "name": product["name"],
        "status": str(product["status"]),
        "price": f"{product.get('price', 0):.4f}",
        "weight": None if "weight" not in product else f"{product['weight']:.4f}",
        "websites": ["1"],
        "categories": attributes.get("category_ids", []),
        "updated_at": product.get("updated_at"),
    }
    if "short_description" in attributes:
        found["short_description"] = attributes["short_description"]
    return found


def _order1(order):
    found = copy.deepcopy(order)
    assignments = found.pop("extension_attributes", {}).get("shipping_assignments", [])
    # An order without shipping has an empty list there.
    found["shipping_address"] = assignments[0]["shipping"]["address"] if assignments else []
    found["order_id"] = str(found.pop("entity_id"))
    for address in (found["shipping_address"], found["billing_address"]):
        if address:
            address["street"] = "\n".join(address["street"])
    for item in found["items"]:
        item.pop("parent_item", None)
        for key, value in item.items():
            if isinstance(value, int | float):
                item[key] = str(value)
    for key, value in found.items():
        if isinstance(value, int | float):
            found[key] = str(value)
    return found

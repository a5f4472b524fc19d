# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Categories and products in the form that the rest of the connector knows."""

from odoo.addons.connector.values import (
    first,
    ident,
    ids,
    number_of,
    record,
    records,
    some_id,
    text,
)

#: What Magento calls a product that is enabled; 2 is a disabled one.
ENABLED = "1"


def category(raw: dict, root: str | None = None) -> dict:
    """Read a category; the one named as the root is not shown as a parent."""
    category_id, parent_id = ident(first(raw, "id", "category_id")), some_id(raw.get("parent_id"))
    return {
        "id": category_id,
        "parent_id": None if parent_id == root else parent_id,
        "name": text(raw.get("name")) or category_id,
    }


def tree(nodes) -> list[dict]:
    """List the categories of a node or nodes of the tree, parents first."""
    found = []
    for node in records(nodes if isinstance(nodes, list) else [nodes]):
        found.append(node)
        for key in ("children_data", "children"):
            # Outside the tree, "children" is a text with ids.
            if not isinstance(node.get(key), str):
                found += tree(records(node.get(key)))
    return found


def with_attributes(raw: dict) -> dict:
    """Put the custom attributes of a record among its own keys, which have precedence."""
    attributes = records(raw.get("custom_attributes"))
    found = {text(item.get("attribute_code")): item.get("value") for item in attributes}
    return {**found, **{key: value for key, value in raw.items() if value is not None}}


def product(raw: dict, id_key: str) -> dict:
    """Read a product; the shop knows it by the key named."""
    raw = with_attributes(raw)
    extra = record(raw.get("extension_attributes"))
    categories = first(raw, "category_ids", "categories")
    if not categories:
        categories = [link.get("category_id") for link in records(extra.get("category_links"))]
    sku = text(raw.get("sku"))
    return {
        "id": ident(raw.get(id_key)),
        "magento_id": ident(first(raw, "product_id", "id", "entity_id")),
        "sku": sku,
        "name": text(raw.get("name")) or sku or f"Magento {ident(raw.get(id_key))}",
        "type": text(first(raw, "type_id", "type")) or "simple",
        "enabled": text(raw.get("status", ENABLED)) == ENABLED,
        "price": number_of(raw.get("price")),
        "cost": number_of(raw.get("cost")),
        "weight": number_of(raw.get("weight")),
        "description": text(first(raw, "short_description", "description")),
        "categories": ids(categories),
        "websites": ids(first(raw, "website_ids", "websites") or extra.get("website_ids")),
        "stock_item_id": some_id(record(extra.get("stock_item")).get("item_id")),
    }

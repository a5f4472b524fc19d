# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which lines of an order are lines for us.

Magento writes two lines for a product with options: its own, with the price, and one for the chosen
variant, which is what leaves the stock. A bundle has one line for itself and one for each part; the
price is in the first, or in the others.
"""

from odoo.addons.connector.values import first, number_of, record, records, some_id, text


def merge(raw_items, id_key: str) -> list[dict]:
    """Read the lines of an order; the shop knows products by the key named."""
    found = [_line(raw, id_key) for raw in records(raw_items)]
    known = {line["id"] for line in found if line["id"]}
    parts = {}
    for line in found:
        if line["parent_id"] in known and line["parent_id"] != line["id"]:
            parts.setdefault(line["parent_id"], []).append(line)
    part_ids = {id(part) for group in parts.values() for part in group}
    lines = []
    for line in found:
        if id(line) not in part_ids:
            lines += _with_parts(line, parts.get(line["id"], []))
    return lines


def _with_parts(line: dict, parts: list[dict]) -> list[dict]:
    """Join a line with those of its parts."""
    if not parts:
        # Without the variant's line, the number is that of the product with all its variants.
        return [{**line, "magento_id": None} if line["type"] == "configurable" else line]
    if line["type"] == "configurable":
        # The shop knows what is invoiced and shipped by the first line.
        chosen = {key: parts[0][key] for key in ("product", "magento_id", "sku", "name")}
        return [{**line, **{key: value for key, value in chosen.items() if value}}]
    if any(part["price"] for part in parts):
        # What is shipped together is known to the shop by the line of the whole.
        whole = {"whole_id": line["id"], "whole_quantity": line["quantity"]}
        return [{**part, **whole} for part in parts]
    return [line, *parts]


def _line(raw: dict, id_key: str) -> dict:
    """Read one line."""
    quantity = number_of(first(raw, "qty_ordered", "qty"))
    price = number_of(raw.get("price"))
    percent = number_of(raw.get("tax_percent"))
    with_tax = number_of(raw.get("price_incl_tax")) or price * (1 + percent / 100)
    compensation = number_of(first(raw, "discount_tax_compensation_amount", "hidden_tax_amount"))
    # Without tax. Where the shop takes discounts off prices with tax, that is the difference.
    discount = abs(number_of(raw.get("discount_amount"))) - abs(compensation)
    parent = raw.get("parent_item_id") or record(raw.get("parent_item")).get("item_id")
    return {
        "id": some_id(raw.get("item_id")),
        "parent_id": some_id(parent),
        "type": text(raw.get("product_type")) or "simple",
        "product": some_id(raw.get(id_key)),
        "magento_id": some_id(raw.get("product_id")),
        "sku": text(raw.get("sku")),
        "name": text(raw.get("name")) or text(raw.get("sku")),
        "quantity": quantity,
        "price": price,
        "price_with_tax": with_tax,
        "tax_percent": percent,
        "discount": discount,
    }

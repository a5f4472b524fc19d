# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Orders in the form that the rest of the connector knows."""

from odoo.addons.connector.values import (
    first,
    flag_of,
    ident,
    number_of,
    record,
    records,
    some_id,
    text,
    utc_of,
)

from . import order_lines
from .customers import address, person


def order(raw: dict, id_key: str, product_key: str) -> dict:
    """Read an order; the shop knows orders and the products of lines by the keys named."""
    billing = address(raw.get("billing_address"))
    shipping = address(raw.get("shipping_address")) or _assigned_address(raw)
    customer_id = None if flag_of(raw.get("customer_is_guest")) else some_id(raw.get("customer_id"))
    amount = number_of(raw.get("shipping_amount"))
    with_tax = number_of(raw.get("shipping_incl_tax")) or amount + number_of(
        raw.get("shipping_tax_amount")
    )
    hidden = ("shipping_discount_tax_compensation_amount", "shipping_hidden_tax_amount")
    compensation = number_of(first(raw, *hidden))
    return {
        "id": ident(raw.get(id_key)),
        "magento_id": some_id(first(raw, "entity_id", "order_id")),
        "number": text(raw.get("increment_id")) or text(raw.get(id_key)),
        "state": text(raw.get("state")),
        "date": utc_of(raw.get("created_at")),
        "currency": text(first(raw, "order_currency_code", "base_currency_code")).upper(),
        "store_id": some_id(raw.get("store_id")),
        "customer_id": customer_id,
        "email": text(raw.get("customer_email")) or billing.get("email", ""),
        "name": person(raw, "customer_") or billing.get("name") or text(raw.get("customer_email")),
        "billing": billing,
        "shipping": shipping,
        "lines": order_lines.merge(raw.get("items"), product_key),
        "shipping_title": text(first(raw, "shipping_description", "shipping_method")),
        "shipping_price": amount,
        "shipping_with_tax": with_tax,
        "shipping_discount": abs(number_of(raw.get("shipping_discount_amount")))
        - abs(compensation),
        "discount_title": text(first(raw, "discount_description", "coupon_code")),
        "payment": text(record(raw.get("payment")).get("method")),
        "total": number_of(raw.get("grand_total")),
    }


def _assigned_address(raw: dict) -> dict:
    """Find where an order of Magento 2 goes."""
    extra = record(raw.get("extension_attributes"))
    for assignment in records(extra.get("shipping_assignments")):
        found = address(record(assignment.get("shipping")).get("address"))
        if found:
            return found
    return {}

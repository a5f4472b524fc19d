# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Customers, their groups and addresses, in the form that the rest of the connector knows."""

from odoo.addons.connector.values import (
    first,
    flag_of,
    ident,
    items,
    record,
    records,
    some_id,
    text,
)


def group(raw: dict) -> dict:
    """Read a customer group; the one with id 0 is for visitors who have not logged in."""
    group_id = ident(first(raw, "id", "customer_group_id"))
    return {"id": group_id, "name": text(first(raw, "code", "customer_group_code")) or group_id}


def address(raw) -> dict:
    """Read an address of a customer or an order; empty if there is none."""
    raw = record(raw)
    if not raw:
        return {}
    region = raw.get("region")
    region = region if isinstance(region, dict) else {"region": region, **raw}
    street = raw.get("street")
    lines = street.splitlines() if isinstance(street, str) else map(text, items(street))
    return {
        "id": some_id(first(raw, "id", "customer_address_id")),
        "name": person(raw),
        "company": text(raw.get("company")),
        "street": [line.strip() for line in lines if line.strip()],
        "city": text(raw.get("city")),
        "postcode": text(raw.get("postcode")),
        "country": text(first(raw, "country_id", "country")).upper(),
        "region": text(region.get("region")),
        "region_code": text(region.get("region_code")),
        "phone": text(raw.get("telephone")),
        "email": text(raw.get("email")),
        "billing": flag_of(first(raw, "default_billing", "is_default_billing")),
        "shipping": flag_of(first(raw, "default_shipping", "is_default_shipping")),
    }


def person(raw: dict, prefix: str = "") -> str:
    """Put the name of a person together, from keys that begin with the prefix."""
    parts = (text(raw.get(prefix + key)) for key in ("firstname", "middlename", "lastname"))
    return " ".join(part for part in parts if part)


def customer(raw: dict) -> dict:
    """Read a customer, with the addresses."""
    found = [address(item) for item in records(raw.get("addresses"))]
    default = {key: some_id(raw.get(f"default_{key}")) for key in ("billing", "shipping")}
    for item in found:
        for key, address_id in default.items():
            item[key] = item[key] or bool(item["id"] and item["id"] == address_id)
    customer_id, email = ident(first(raw, "id", "customer_id")), text(raw.get("email"))
    return {
        "id": customer_id,
        "name": person(raw) or email or f"Magento {customer_id}",
        "email": email,
        "tax_number": text(first(raw, "taxvat", "vat_id")),
        "group_id": ident(raw.get("group_id")),
        "website_id": some_id(raw.get("website_id")),
        "addresses": [item for item in found if item["id"]],
    }


def website(raw: dict) -> dict:
    """Read a website; the one with id 0 is the administration's, and has none here."""
    website_id, code = some_id(raw.get("id")), text(raw.get("code"))
    return {
        "id": website_id,
        "name": text(raw.get("name")) or code or f"Website {website_id}",
        "code": code,
    }


def website_of_store(raw: dict) -> dict:
    """Read the website that a store view belongs to, of which there is only the id."""
    return website({"id": raw.get("website_id")})


def store(raw: dict) -> dict:
    """Read a store view; the one with id 0 is the administration's."""
    found = website({**raw, "id": first(raw, "store_id", "id")})
    return {**found, "website_id": some_id(raw.get("website_id"))}

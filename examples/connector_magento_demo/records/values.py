# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading what a shop sends: keys are missing, null, or of another type than documented.

PHP tells lists and dictionaries apart by their keys alone: an empty dictionary comes as an empty
list, and a list with a gap as a dictionary with the keys "0", "2".
"""

from odoo.addons.connector.values import flag_of


def text(value) -> str:
    """Read a text; what is none reads as an empty one."""
    if value is None or value is False or isinstance(value, list | tuple | dict):
        return ""
    return str(value).strip()


def ident(value) -> str | None:
    """Read an id, which comes as a number or as a text. "0" is one, empty is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return text(value) or None


def some_id(value) -> str | None:
    """Read an id of which 0 means "none"."""
    found = ident(value)
    return None if found == "0" else found


def flag(value) -> bool:
    """Read a yes or no, which comes as a boolean, a number, or a text."""
    return flag_of(text(value))


def record(value) -> dict:
    """Read a dictionary; what is none reads as an empty one."""
    return value if isinstance(value, dict) else {}


def items(value) -> list:
    """Read a list, without its nulls."""
    if isinstance(value, dict):
        numbered = all(str(key).isdigit() for key in value)
        value = list(value.values()) if numbered else [value]
    if not isinstance(value, list | tuple):
        return []
    return [item for item in value if item is not None]


def records(value) -> list[dict]:
    """Read a list of dictionaries."""
    return [item for item in items(value) if isinstance(item, dict) and item]


def ids(value) -> list[str]:
    """Read a list of ids, which may come as one text with commas."""
    if isinstance(value, str):
        value = value.split(",")
    return [found for item in items(value) if (found := ident(item))]


def first(raw: dict, *keys: str):
    """Read the first of some keys that has a value."""
    return next((raw[key] for key in keys if raw.get(key) not in (None, "")), None)


def with_attributes(raw: dict) -> dict:
    """Put the custom attributes of a record among its own keys, which have precedence."""
    attributes = records(raw.get("custom_attributes"))
    found = {text(item.get("attribute_code")): item.get("value") for item in attributes}
    return {**found, **{key: value for key, value in raw.items() if value is not None}}

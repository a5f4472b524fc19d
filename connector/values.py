# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading what other systems send: texts for numbers, several ways to say yes or nothing at all.

Keys are missing, null, or of another type than documented. PHP tells lists and dictionaries apart
by their keys alone: an empty dictionary comes as an empty list, and a list with a gap as a
dictionary with the keys "0", "2".

Knows neither Odoo nor the network. To be used in mappers, also with ``convert``.
"""

import math
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

_NO = {"", "0", "0.0", "false", "no", "off", "none", "null"}


def id_of(value) -> int:
    """Read the number of a record; 0, nothing, and what is no number are 0, which is none.

    :param value: such as ``12``, ``"12"``, ``" "``
    """
    text = str(value or "").strip()
    return int(text) if text.isdecimal() and text.isascii() else 0


def number_of(value) -> float:
    """Read a price, a weight or a quantity, such as ``12.900000``.

    :param value: number, or text with a point; what is none is 0, and so is infinity
    """
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def flag_of(value) -> bool:
    """Read a yes or no.

    :param value: truth value, number, or text such as ``1``, ``true``, ``no``; nothing is no, and
        so is what should not be there, such as a list
    """
    if value is None or isinstance(value, list | tuple | dict):
        return False
    return str(value).strip().lower() not in _NO


def utc_of(value, zone: str = "UTC") -> datetime | bool:
    """Read a date and time, as Odoo stores it.

    :param value: such as ``2024-05-01 12:30:00``, ``2024-05-01T12:30:00+02:00``; a date alone is
        midnight; nothing, ``0000-00-00 00:00:00`` and what is no date are none
    :param zone: name of the time zone of a date that tells none itself
    :return: naive UTC to the second, or ``False``
    """
    try:
        found = datetime.fromisoformat(str(value or "").strip())
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone))
        # Dates at either end of the calendar may leave it by the change of zone.
        return found.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return False


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


def text_of(value, language: int | str | None = None) -> str:
    """Choose a text: the one in a language, or else the first that there is.

    :param value: text, or dict by language id
    :param language: id in the shop
    """
    if isinstance(value, dict):
        return value.get(str(language)) or next(filter(None, value.values()), "")
    return value or ""

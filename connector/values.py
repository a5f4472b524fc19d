# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading what other systems send: texts for numbers, several ways to say yes or nothing at all.

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

    :param value: truth value, number, or text such as ``1``, ``true``, ``no``; nothing is no
    """
    return value is not None and str(value).strip().lower() not in _NO


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

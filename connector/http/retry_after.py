# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The header ``Retry-After``: seconds, or a date."""

import math
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

#: a server that asks for more is mistaken, or will not be back
LONGEST = 24 * 3600


def parse_retry_after(value: str | None, now: datetime | None = None) -> int | None:
    """Read the header.

    :param value: value of the header
    :param now: present time, aware; the clock by default
    :return: seconds to wait, from 1 to a day; ``None`` if the header is absent or makes no sense
    """
    if not value:
        return None
    text = value.strip()
    try:
        seconds = float(text)
        if math.isnan(seconds):
            return None
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=timezone.utc)
        seconds = (date - (now or datetime.now(timezone.utc))).total_seconds()
    return math.ceil(min(max(seconds, 1), LONGEST))

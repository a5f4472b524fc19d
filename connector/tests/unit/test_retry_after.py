# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.connector.http.retry_after import LONGEST, parse_retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("120", 120),
        (" 7 ", 7),
        ("1.2", 2),
        ("0", 1),
        ("-5", 1),
        ("inf", LONGEST),
        ("99999999", LONGEST),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 1),
        ("Sun, 01 Mar 2026 13:00:30 +0100", 30),
        ("Sun, 01 Mar 2026 12:00:10 -0000", 10),
    ],
)
def test_values(value, seconds):
    assert parse_retry_after(value, now=NOW) == seconds


@given(st.text())
def test_any_text_gives_nothing_or_a_bounded_delay(value):
    seconds = parse_retry_after(value, now=NOW)
    assert seconds is None or (isinstance(seconds, int) and 1 <= seconds <= LONGEST)

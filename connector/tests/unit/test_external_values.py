# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.connector.values import (
    first,
    flag_of,
    id_of,
    ident,
    ids,
    items,
    number_of,
    record,
    records,
    some_id,
    text,
    text_of,
    utc_of,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("7", 7), (" 12 ", 12), ("0", 0), ("", 0), (None, 0), (False, 0), ("-3", 0)],
)
def test_ids(value, expected):
    assert id_of(value) == expected


@pytest.mark.parametrize("value", ["x", "1.5", "²", "٣", [], {}])
def test_what_is_no_id(value):
    assert id_of(value) == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12.900000", 12.9), (3, 3.0), ("-1", -1.0), ("", 0.0), (None, 0.0), ("free", 0.0)],
)
def test_numbers(value, expected):
    assert number_of(value) == expected


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity", [], {"a": 1}, ["1"]])
def test_what_is_no_number(value):
    assert number_of(value) == 0.0


@pytest.mark.parametrize("value", [True, 1, "1", "true", "TRUE", "yes", " 1 ", 2])
def test_yes(value):
    assert flag_of(value) is True


@pytest.mark.parametrize("value", [False, 0, 0.0, None, "", "0", " false", "No", "null"])
def test_no(value):
    assert flag_of(value) is False


@pytest.mark.parametrize(
    ("value", "zone", "expected"),
    [
        ("2024-05-01 12:30:00", "UTC", datetime(2024, 5, 1, 12, 30)),
        ("2024-05-01 12:30:00", "Europe/Paris", datetime(2024, 5, 1, 10, 30)),
        # A zone of its own has precedence.
        ("2024-05-01T12:30:00+05:30", "Europe/Paris", datetime(2024, 5, 1, 7)),
        ("2024-05-01T12:30:00.750+00:00", "UTC", datetime(2024, 5, 1, 12, 30)),
        ("2024-05-01", "UTC", datetime(2024, 5, 1)),
    ],
)
def test_dates(value, zone, expected):
    assert utc_of(value, zone) == expected


@pytest.mark.parametrize(
    "value", ["", None, False, "0000-00-00 00:00:00", "soon", "0001-01-01 00:00:00"]
)
def test_what_is_no_date(value):
    assert utc_of(value, "Asia/Tokyo") is False


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"]),
)
def test_dates_keep_their_moment(moment, zone):
    """What is read has the same moment, whether or not the text tells its zone."""
    told = utc_of(moment.isoformat(), zone)
    aware = moment.replace(tzinfo=ZoneInfo(zone))
    assert told == utc_of(aware.isoformat(), "Pacific/Apia")
    assert told.tzinfo is None


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
def test_nothing_raises(value):
    assert id_of(value) >= 0
    assert isinstance(number_of(value), float)
    assert flag_of(value) in (True, False)
    assert utc_of(value) is False or utc_of(value).tzinfo is None


def test_texts_and_ids():
    found = [ident(value) for value in (5, "5", " 5 ", 5.0, 0, None, "", False, [], {})]
    assert found == ["5", "5", "5", "5", "0", None, None, None, None, None]
    assert some_id("0") is None
    assert text(" a ") == "a"
    assert text({"a": 1}) == text(False) == ""


def test_lists_as_php_sends_them():
    assert items({"0": "a", "2": None, "3": "b"}) == ["a", "b"]
    assert records({"id": 1}) == [{"id": 1}]
    assert records([None, [], {}, "x", {"id": 1}]) == [{"id": 1}]
    assert records(None) == []
    assert record([]) == {}
    assert ids("3,4") == ["3", "4"]
    assert not any(map(flag_of, ([], {}, ())))


def test_first_key_with_a_value():
    assert first({"a": None, "b": "", "c": 0}, "a", "b", "c") == 0
    assert first({}, "a") is None


def test_text_in_a_language():
    assert text_of({"1": "a", "2": "b"}, 2) == "b"
    assert text_of({"1": "", "3": "c"}, 2) == "c"
    assert text_of("alone", 2) == "alone"
    assert text_of(None) == text_of({}) == ""

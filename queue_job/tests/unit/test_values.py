# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.values import (
    parse_bool,
    parse_int,
    parse_level,
    parse_seconds,
    parse_size,
    read_literal,
    size_text,
    split_entries,
)


@pytest.mark.parametrize("text", ["1", "True", " yes ", "ON", "t", "y"])
def test_yes(text):
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", ["0", "False", " no ", "OFF", "f", "n"])
def test_no(text):
    assert parse_bool(text) is False


@pytest.mark.parametrize("text", ["", "2", "maybe", "tru e"])
def test_neither(text):
    with pytest.raises(ValueError, match="neither yes nor no; write True or False"):
        parse_bool(text)


@given(st.integers())
def test_whole_numbers(number):
    assert parse_int(f" {number} ") == number


@pytest.mark.parametrize("text", ["", "x", "1.0", "1_0", "--1", "٣", "+1", "1e3"])
def test_not_whole_numbers(text):
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_int(text)


def test_minimum():
    assert parse_int("0", minimum=0) == 0
    with pytest.raises(ValueError, match="'-1' is below 0"):
        parse_int("-1", minimum=0)


def test_seconds():
    assert parse_seconds(" 2.5 ") == 2.5
    assert parse_seconds("0") == 0
    with pytest.raises(ValueError, match="'-1' is below 0"):
        parse_seconds("-1")


@pytest.mark.parametrize("text", ["", "5s", "inf", "nan"])
def test_not_seconds(text):
    with pytest.raises(ValueError, match="is not a number of seconds"):
        parse_seconds(text)


def test_entries():
    assert split_entries(" a:1 ,b\n c d\n,,\n") == ["a:1", "b", "c d"]
    assert split_entries(None) == []


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1048576", 1024**2),
        ("512 kB", 512 * 1024),
        ("10MB", 10 * 1024**2),
        ("1.5 MiB", 1536 * 1024),
        ("2g", 2 * 1024**3),
        (" 7 b ", 7),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "-1", "ten", "1 TB", "1,5MB", "MB"])
def test_not_sizes(text):
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 kB"), (10 * 1024**2, "10 MB")],
)
def test_sizes_for_people(size, text):
    assert size_text(size) == text


def test_levels():
    assert parse_level(" warning ") == "WARNING"
    assert parse_level("off") == "OFF"
    with pytest.raises(ValueError, match="'loud' is not one of DEBUG, INFO"):
        parse_level("loud")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{1: 10, 5: (60, 120)}", {1: 10, 5: (60, 120)}),
        ('{"1": 10, "5": [60, 120]}', {"1": 10, "5": [60, 120]}),
        ("{'enable': False}", {"enable": False}),
        (' {"enable": false} ', {"enable": False}),
        ("[1, 2]", [1, 2]),
        ("", {}),
        (" ", {}),
    ],
)
def test_literal(text, value):
    assert read_literal(text) == value


@pytest.mark.parametrize(
    "text", ["{1:", "10 seconds", "dict()", "{[]: 1}", "__import__('os')", "{1: x}"]
)
def test_no_literal(text):
    with pytest.raises(ValueError):
        read_literal(text)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.values import parse_bool, parse_int, parse_seconds, split_entries


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

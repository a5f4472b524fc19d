# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.texts import result_text, storable


@pytest.mark.parametrize(
    ("text", "expected"), [("a\x00b", "ab"), ("a\ud800b", "a?b"), ("é😀\n", "é😀\n"), ("", "")]
)
def test_storable(text, expected):
    assert storable(text) == expected


@given(st.text(st.characters()))
def test_every_text_becomes_storable(text):
    assert b"\x00" not in storable(text).encode("utf-8")


def test_results():
    assert result_text(None, 10) is None
    assert result_text(False, 10) == "False"
    assert result_text("x" * 10, 10) == "x" * 10
    assert result_text("x" * 5000, 0) == "x" * 5000


def test_a_long_result_is_left_out_and_says_so():
    text = result_text("x" * 5000, 2000)
    assert text.startswith("The result is left out: its text takes 4.9 kB, more than the 2 kB that")
    assert text.endswith("\n" + "x" * 1000 + " …")
    assert result_text("abcdef", 3).endswith("\nabc …")

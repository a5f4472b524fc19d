# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.progress import MAX_MESSAGE, Progress, percent, read_progress


def test_what_is_right():
    assert read_progress(3, 10, "three") == Progress(3, 10, "three")
    assert read_progress(0) == Progress(0, None, None)
    assert read_progress(0.5, 1.5, 7) == Progress(0.5, 1.5, "7")


@pytest.mark.parametrize("value", [-1, "3", None, True, math.nan, math.inf])
def test_what_is_wrong_is_named(value):
    with pytest.raises(ValueError, match="done of a job's progress") as caught:
        read_progress(value)
    assert repr(value) in str(caught.value)
    if value is not None:
        with pytest.raises(ValueError, match="total of a job's progress"):
            read_progress(1, value)


def test_a_long_message_is_cut():
    text = read_progress(1, 2, "x" * 1000).message
    assert len(text) == MAX_MESSAGE
    assert text.endswith(" …")


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [(1, 4, 25), (5, 4, 100), (0, 4, 0), (3, 0, 0), (3, None, 0), (None, None, 0)],
)
def test_percent(done, total, expected):
    assert percent(done, total) == expected


@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_percent_stays_in_its_bar(done, total):
    assert 0 <= percent(done, total) <= 100

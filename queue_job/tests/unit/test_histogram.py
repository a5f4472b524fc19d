# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Percentiles read from classes, held against the durations themselves."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.histogram import BOUNDS, CLASSES, class_of, percentile


def counted(durations):
    counts = [0] * CLASSES
    for seconds in durations:
        counts[class_of(seconds)] += 1
    return counts


def test_bounds_rise():
    assert list(BOUNDS) == sorted(set(BOUNDS))
    assert all(high / low <= 4 for low, high in itertools.pairwise(BOUNDS))


@pytest.mark.parametrize(
    ("seconds", "number"),
    [(-1, 0), (0, 0), (0.001, 0), (0.0011, 1), (1, 9), (14400, CLASSES - 2), (1e9, CLASSES - 1)],
)
def test_a_bound_belongs_to_its_class(seconds, number):
    assert class_of(seconds) == number


def test_of_nothing_there_is_none():
    assert percentile([0] * CLASSES, 0.5) is None


def test_what_is_longer_than_all_bounds():
    assert percentile(counted([1e6]), 0.5) == BOUNDS[-1]


@given(
    st.lists(st.floats(0, 14000), min_size=1, max_size=60),
    st.floats(0.01, 1),
)
def test_lies_in_the_class_of_the_true_one(durations, share):
    exact = sorted(durations)[math.ceil(share * len(durations)) - 1]
    number = class_of(exact)
    low = BOUNDS[number - 1] if number else 0.0
    assert low <= percentile(counted(durations), share) <= BOUNDS[number]


@given(st.lists(st.floats(0, 14000), min_size=1, max_size=60))
def test_rises_with_the_share(durations):
    counts = counted(durations)
    found = [percentile(counts, share / 10) for share in range(1, 11)]
    assert found == sorted(found)

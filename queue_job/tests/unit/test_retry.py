# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.retry import (
    CONFLICT_BUDGET,
    CONFLICT_SECONDS,
    CONFLICT_TRIES,
    conflict_step,
    exception_names,
    exponential_seconds,
    is_retried,
    pattern_seconds,
    retry_seconds,
)

PATTERN = {1: 10, 5: 20, 10: 30, 15: 300}


@pytest.mark.parametrize(
    ("retry", "seconds"), [(1, 10), (4, 10), (5, 20), (9, 20), (10, 30), (15, 300), (99, 300)]
)
def test_the_highest_key_reached_counts(retry, seconds):
    assert pattern_seconds(PATTERN, retry) == seconds


def test_keys_from_json_are_texts():
    assert pattern_seconds({"1": 10, "10": 30, "9": 20}, 10) == 30


@pytest.mark.parametrize("pattern", [None, {}, {3: 10}])
def test_a_pattern_that_says_nothing(pattern):
    assert pattern_seconds(pattern, 2) == 600


@pytest.mark.parametrize("kind", [tuple, list])
def test_a_pair_is_drawn_from_the_source_of_chance(kind):
    drawn = pattern_seconds({1: kind((60, 120))}, 1, rng=random.Random(3))
    assert drawn == random.Random(3).randint(60, 120)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers())
def test_a_pair_bounds_what_is_drawn(low, more, seed):
    drawn = pattern_seconds({1: (low, low + more)}, 1, rng=random.Random(seed))
    assert low <= drawn <= low + more


def test_explicit_seconds_win_also_when_they_are_zero():
    assert retry_seconds(7, PATTERN, 1) == 7
    assert retry_seconds(0, PATTERN, 1) == 0
    assert retry_seconds(None, PATTERN, 5) == 20


def test_plain_exponential_waits():
    waits = [
        exponential_seconds(tries, first=10, longest=60, jitter="none") for tries in range(1, 6)
    ]
    assert waits == [10, 20, 40, 60, 60]


@given(
    st.integers(1, 10_000),
    st.floats(0, 1e4),
    st.floats(0, 1e5),
    st.integers(),
    st.sampled_from(["full", "equal"]),
)
def test_chance_only_shortens_a_wait(tries, first, longest, seed, jitter):
    plain = exponential_seconds(tries, first=first, longest=longest, jitter="none")
    wait = exponential_seconds(
        tries, first=first, longest=longest, jitter=jitter, rng=random.Random(seed)
    )
    assert wait <= plain <= longest
    assert wait >= (plain / 2 if jitter == "equal" else 0)


def test_chance_spreads_jobs_that_failed_together():
    rng = random.Random(1)
    waits = {exponential_seconds(3, first=10, longest=600, rng=rng) for _ in range(50)}
    assert len(waits) == 50


class Outer:
    class Error(ConnectionError):
        pass


def test_names_of_exceptions():
    names = exception_names(Outer.Error)
    assert names[0] == f"{__name__}.Outer.Error"
    assert "builtins.ConnectionError" in names
    assert "OSError" in names


@pytest.mark.parametrize(
    ("names", "retried"),
    [
        ([], False),
        (["ConnectionError"], True),
        (["builtins.OSError"], True),
        ([f"{__name__}.Outer.Error"], True),
        (["Error"], False),
        (["ValueError", "TimeoutError"], False),
    ],
)
def test_exceptions_are_matched_with_their_bases(names, retried):
    assert is_retried(Outer.Error, names) is retried


def test_conflicts_are_tried_in_place_then_later_then_given_up():
    for tries in range(1, CONFLICT_TRIES):
        step = conflict_step(tries, 0)
        assert step.action == "now"
        assert 0 <= step.seconds < 1
    step = conflict_step(CONFLICT_TRIES, 0)
    assert (step.action, step.seconds) == ("later", CONFLICT_SECONDS)
    assert conflict_step(CONFLICT_TRIES, CONFLICT_BUDGET - 1).action == "later"
    assert conflict_step(CONFLICT_TRIES, CONFLICT_BUDGET).action == "give_up"


def test_a_run_of_conflicts_always_ends():
    runs = 0
    postponed = 0
    while True:
        tries = 1
        while conflict_step(tries, postponed).action == "now":
            tries += 1
            runs += 1
        if conflict_step(tries, postponed).action == "give_up":
            break
        postponed += 1
    assert postponed == CONFLICT_BUDGET
    assert runs == (CONFLICT_TRIES - 1) * (CONFLICT_BUDGET + 1)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.packs import (
    FEWEST_IN_TIME,
    LONGEST_PACK_SECONDS,
    MAX_PACK,
    PACK_SECONDS,
    SIZES,
    Durations,
    pack_seconds,
    pack_size,
)


@pytest.mark.parametrize(
    ("mean", "size"),
    [(None, 1), (0.0, 32), (0.003, 32), (0.004, 16), (0.0125, 8), (0.016, 4), (0.020, 1), (9, 1)],
)
def test_size_by_mean(mean, size):
    assert pack_size(mean) == size


def test_jobs_that_must_be_judged_alone():
    assert pack_size(0.001, alone=True) == 1


@given(st.none() | st.floats(0, 100), st.floats(0, 100))
def test_a_pack_fits_its_time(mean, claim):
    seconds = pack_seconds(claim)
    size = pack_size(mean, seconds=seconds)
    assert 1 <= size <= MAX_PACK
    if size > 1:
        assert mean * FEWEST_IN_TIME < seconds
        assert size in SIZES
        assert size * mean <= seconds


@pytest.mark.parametrize(
    ("claim", "seconds"),
    [
        (0.0, PACK_SECONDS),
        (0.004, PACK_SECONDS),
        (0.025, 0.2),
        (0.05, 0.4),
        (1.0, LONGEST_PACK_SECONDS),
    ],
)
def test_time_of_a_pack_by_the_time_of_a_claim(claim, seconds):
    assert pack_seconds(claim) == pytest.approx(seconds)


def test_the_first_run_is_the_mean():
    durations = Durations()
    assert durations.mean("a") is None
    durations.add("a", 3.0)
    assert durations.mean("a") == 3.0
    assert durations.mean("b") is None


def test_one_slow_run_ends_packs_at_once_and_quick_ones_bring_them_back():
    durations = Durations()
    for _ in range(10):
        durations.add("a", 0.002)
    assert pack_size(durations.mean("a")) == 32
    durations.add("a", 5.0)
    assert pack_size(durations.mean("a")) == 1
    for _ in range(40):
        durations.add("a", 0.002)
    assert pack_size(durations.mean("a")) == 32


def test_a_clock_that_went_back_counts_as_nothing():
    durations = Durations()
    durations.add("a", -1.0)
    assert durations.mean("a") == 0


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_mean_stays_within_what_was_seen(seconds):
    durations = Durations()
    for each in seconds:
        durations.add("a", each)
    assert min(seconds) - 1e-6 <= durations.mean("a") <= max(seconds) * (1 + 1e-9) + 1e-6


def test_memory_is_bounded_and_keeps_what_is_used():
    durations = Durations(size=3)
    for kind in "abcd":
        durations.add("kept", 1)
        durations.add(kind, 1)
    assert len(durations) == 3
    assert durations.mean("kept") == 1
    assert durations.mean("d") == 1
    assert durations.mean("a") is None

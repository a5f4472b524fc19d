# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.channels import parse_channels
from odoo.addons.queue_job.rules.rates import (
    Bucket,
    BucketState,
    bucket_of,
    refill,
    seconds_until_next,
    take,
)


def bucket_for(text):
    [spec] = parse_channels(text)
    return bucket_of(spec)


def test_buckets_of_channels():
    assert bucket_for("a:1") is None
    assert bucket_for("a:1:throttle=5") == Bucket(1 / 5, 1)
    assert bucket_for("a:1:rate=120/60") == Bucket(2.0, 2)
    assert bucket_for("a:1:rate=120/60:burst=20") == Bucket(2.0, 20)


def test_a_new_bucket_is_full():
    granted, state = take(Bucket(1.0, 3), None, 100.0, 5)
    assert granted == 3
    assert state == BucketState(0.0, 100.0)


def test_throttle_lets_one_start_every_n_seconds():
    bucket = Bucket(1 / 5)
    state = None
    starts = []
    for now in range(21):
        granted, state = take(bucket, state, float(now), 9)
        starts += [now] * granted
    assert starts == [0, 5, 10, 15, 20]


def test_wait_until_the_next_start():
    bucket = Bucket(0.5)
    assert seconds_until_next(bucket, None, 0.0) == 0
    _granted, state = take(bucket, None, 0.0, 1)
    assert seconds_until_next(bucket, state, 0.0) == pytest.approx(2.0)
    assert seconds_until_next(bucket, state, 1.5) == pytest.approx(0.5)
    assert seconds_until_next(bucket, state, 2.0) == 0


def test_an_idle_bucket_holds_no_more_than_its_burst():
    _granted, state = take(Bucket(10.0, 3), None, 0.0, 3)
    assert refill(Bucket(10.0, 3), state, 1e9).tokens == 3


def test_a_clock_that_goes_back_brings_and_costs_nothing():
    state = BucketState(0.5, 100.0)
    assert refill(Bucket(1.0, 3), state, 50.0) == state
    assert refill(Bucket(1.0, 3), state, 101.0).tokens == 1.5


def test_a_smaller_burst_counts_at_once():
    assert take(Bucket(1.0, 2), BucketState(9.0, 0.0), 0.0, 9)[0] == 2


BUCKETS = st.builds(
    Bucket, st.integers(1, 600).map(lambda jobs: jobs / 60), burst=st.integers(1, 20)
)
STEPS = st.lists(st.tuples(st.floats(0, 30), st.integers(0, 30)), max_size=40)


@given(BUCKETS, STEPS)
def test_no_window_starts_more_than_rate_and_burst(bucket, steps):
    state, now, starts = None, 0.0, []
    for pause, wanted in steps:
        now += pause
        granted, state = take(bucket, state, now, wanted)
        assert 0 <= granted <= wanted
        starts.append((now, granted))
    for first in range(len(starts)):
        total = 0
        for moment, granted in starts[first:]:
            total += granted
            span = moment - starts[first][0]
            assert total <= bucket.burst + span * bucket.per_second + 1e-3


@given(BUCKETS, STEPS)
def test_waiting_as_told_always_lets_one_start(bucket, steps):
    state, now = None, 0.0
    for pause, wanted in steps:
        now += pause
        _granted, state = take(bucket, state, now, wanted)
    wait = seconds_until_next(bucket, state, now)
    assert 0 <= wait <= 1 / bucket.per_second + 1e-6
    assert take(bucket, state, now + wait, 1)[0] == 1
    if wait > 0.01:
        assert take(bucket, state, now + wait * 0.9, 1)[0] == 0

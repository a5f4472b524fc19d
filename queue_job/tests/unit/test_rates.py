# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.rates import Bucket, BucketState, refill, take


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

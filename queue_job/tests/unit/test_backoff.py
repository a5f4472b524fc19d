# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.backoff import (
    FIRST_SECONDS,
    LONGEST_SECONDS,
    Backoff,
)


class NoLuck:
    """A source of chance that always gives the largest value."""

    def uniform(self, _a, b):
        return b

    def randint(self, _a, b):
        return b


def test_delays_double_up_to_five_minutes():
    backoff = Backoff(rng=NoLuck())
    delays = [backoff.failed() for _ in range(11)]
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert backoff.failures == 11


def test_a_success_starts_anew():
    backoff = Backoff(rng=NoLuck())
    backoff.failed()
    backoff.failed()
    backoff.succeeded()
    assert backoff.failures == 0
    assert backoff.failed() == 1


@given(st.integers(), st.integers(1, 2000))
def test_delays_stay_within_bounds(seed, failures):
    backoff = Backoff(rng=random.Random(seed))
    backoff.failures = failures - 1
    assert FIRST_SECONDS <= backoff.failed() <= LONGEST_SECONDS

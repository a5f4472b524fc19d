# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import random

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.queue_job.rules.backoff import (
    FIRST_SECONDS,
    LONGEST_SECONDS,
    Backoff,
    Quarantine,
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


def test_quarantine_concerns_one_database():
    quarantine = Quarantine(rng=NoLuck())
    assert quarantine.failed("broken", 100.0) == 101.0
    assert quarantine.holds("broken", 100.5)
    assert not quarantine.holds("broken", 101.0)
    assert not quarantine.holds("other", 100.5)


def test_quarantine_grows_until_a_success():
    quarantine = Quarantine(rng=NoLuck())
    assert [quarantine.failed("db", 0.0) for _ in range(3)] == [1.0, 2.0, 4.0]
    assert quarantine.failures("db") == 3
    assert quarantine.succeeded("db")
    assert not quarantine.succeeded("db")
    assert quarantine.failures("db") == 0
    assert not quarantine.holds("db", 0.0)
    assert quarantine.failed("db", 0.0) == 1.0


def test_the_next_release():
    quarantine = Quarantine(rng=NoLuck())
    assert quarantine.next_release() is None
    quarantine.failed("a", 10.0)
    quarantine.failed("b", 5.0)
    assert quarantine.next_release() == 6.0


def test_dropped_databases_are_forgotten():
    quarantine = Quarantine(rng=NoLuck())
    quarantine.failed("gone", 0.0)
    quarantine.failed("kept", 0.0)
    quarantine.forget_others({"kept", "new"})
    assert quarantine.failures("gone") == 0
    assert not quarantine.holds("gone", 0.0)
    assert quarantine.holds("kept", 0.0)

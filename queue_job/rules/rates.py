# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Rate limits: token buckets.

A bucket holds up to ``burst`` tokens and is refilled at an even pace; a start takes one. This
is the rule in plain words, to which the tests hold the claim statement, which does it in SQL.
Times are seconds on any clock, as long as it is always the same one (the engine uses the
database's).
"""

from dataclasses import dataclass

# A token counts as whole when only the rounding of floats keeps it from it.
_ALMOST = 1e-6


@dataclass(frozen=True)
class Bucket:
    """A rate limit.

    :param per_second: tokens that come in per second
    :param burst: most tokens it holds
    """

    per_second: float
    burst: int = 1


@dataclass(frozen=True)
class BucketState:
    """What is in a bucket.

    :param tokens: tokens, not always a whole number
    :param time: when that was so, in seconds
    """

    tokens: float
    time: float


def refill(bucket: Bucket, state: BucketState | None, now: float) -> BucketState:
    """Let time pass.

    :param bucket: the rate limit
    :param state: what was in it, None for a bucket never used, which is full
    :param now: present time in seconds; a clock that went back brings nothing
    :return: what is in it now
    """
    if state is None:
        return BucketState(float(bucket.burst), now)
    elapsed = max(0.0, now - state.time)
    tokens = min(float(bucket.burst), state.tokens + elapsed * bucket.per_second)
    return BucketState(max(0.0, tokens), max(now, state.time))


def take(
    bucket: Bucket, state: BucketState | None, now: float, wanted: int
) -> tuple[int, BucketState]:
    """Take tokens for jobs that are to start.

    :param bucket: the rate limit
    :param state: what was in it, None for a bucket never used
    :param now: present time in seconds
    :param wanted: jobs that would start
    :return: how many may, and what is left
    """
    filled = refill(bucket, state, now)
    granted = max(0, min(wanted, int(filled.tokens + _ALMOST)))
    return granted, BucketState(max(0.0, filled.tokens - granted), filled.time)

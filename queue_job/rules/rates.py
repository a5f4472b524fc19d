# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Rate limits: token buckets.

A bucket holds up to ``burst`` tokens and is refilled at an even pace; a start takes one.
Times are seconds on any clock, as long as it is always the same one (the engine uses the
database's).
"""

from dataclasses import dataclass

from .channels import ChannelSpec

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


def bucket_of(spec: ChannelSpec) -> Bucket | None:
    """Return the bucket of a channel.

    ``throttle=N`` is a bucket of one token that comes back every N seconds.

    :param spec: the channel
    :return: its bucket, None when its starts are not limited in time
    """
    if spec.rate:
        return Bucket(spec.rate.jobs / spec.rate.seconds, spec.effective_burst)
    if spec.throttle:
        return Bucket(1 / spec.throttle)
    return None


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


def seconds_until_next(bucket: Bucket, state: BucketState | None, now: float) -> float:
    """Return how long until a job may start.

    :param bucket: the rate limit
    :param state: what was in it, None for a bucket never used
    :param now: present time in seconds
    :return: seconds, 0 when one may start now
    """
    missing = 1.0 - refill(bucket, state, now).tokens
    return 0.0 if missing <= _ALMOST else missing / bucket.per_second

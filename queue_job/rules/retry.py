# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When a job that could not be done is tried again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol

#: Seconds before the next try when nothing says otherwise.
RETRY_INTERVAL = 600

#: Serialization failures: tries in place, then seconds to wait, then how often that.
CONFLICT_TRIES = 5
CONFLICT_SECONDS = 5
CONFLICT_BUDGET = 20

Jitter = Literal["full", "equal", "none"]
Seconds = int | tuple[int, int] | list[int]


class Chance(Protocol):
    """The part of `random.Random` used here; the module ``random`` has it too."""

    def randint(self, a: int, b: int) -> int:
        """Return a whole number from a to b, both included."""

    def uniform(self, a: float, b: float) -> float:
        """Return a number from a to b."""


_CHANCE = Random()


def pattern_seconds(
    pattern: Mapping[int | str, Seconds] | None,
    retry: int,
    *,
    rng: Chance = _CHANCE,
    default: int = RETRY_INTERVAL,
) -> int:
    """Look a retry up in the retry pattern of a job function.

    :param pattern: seconds by number of tries made, from that try on; a pair means
        anything between the two. Keys may be texts, as JSON has no others
    :param retry: tries made so far
    :param rng: source of chance
    :param default: seconds when the pattern says nothing about this retry
    :return: seconds to wait
    """
    waits = {int(count): seconds for count, seconds in (pattern or {}).items()}
    reached = [count for count in waits if count <= retry]
    if not reached:
        return default
    seconds = waits[max(reached)]
    if isinstance(seconds, (list, tuple)):
        return rng.randint(*seconds)
    return seconds


def retry_seconds(
    seconds: int | None,
    pattern: Mapping[int | str, Seconds] | None,
    retry: int,
    *,
    rng: Chance = _CHANCE,
) -> int:
    """Return how long a job waits before it is tried again.

    :param seconds: what the job itself asked for, None when it did not say; 0 means at once
    :param pattern: retry pattern of the job function
    :param retry: tries made so far
    :param rng: source of chance
    :return: seconds to wait
    """
    return pattern_seconds(pattern, retry, rng=rng) if seconds is None else seconds


def exponential_seconds(
    tries: int,
    *,
    first: float,
    longest: float,
    factor: float = 2.0,
    jitter: Jitter = "equal",
    rng: Chance = _CHANCE,
) -> float:
    """Return a wait that doubles from try to try, with some chance mixed in.

    The chance keeps jobs that failed together, because some service was down, from
    coming back together.

    :param tries: tries made so far, at least 1
    :param first: seconds to wait after the first try
    :param longest: most seconds to wait
    :param factor: how much longer each wait is than the one before
    :param jitter: ``none`` for the plain wait; ``equal`` for half of it plus a random part
        of the other half; ``full`` for a random part of all of it
    :param rng: source of chance
    :return: seconds to wait
    """
    try:
        wait = min(longest, first * factor ** max(0, tries - 1))
    except OverflowError:
        wait = longest
    if jitter == "full":
        return rng.uniform(0, wait)
    if jitter == "equal":
        return rng.uniform(wait / 2, wait)
    return wait


def exception_names(exception: type[BaseException]) -> list[str]:
    """Return the full names of an exception class and its bases, nearest first.

    :param exception: class of what a job raised
    :return: names such as ``requests.exceptions.ConnectionError``; built-in classes
        by their bare name too
    """
    names = []
    for each in exception.__mro__:
        names.append(f"{each.__module__}.{each.__qualname__}")
        if each.__module__ == "builtins":
            names.append(each.__qualname__)
    return names


def is_retried(exception: type[BaseException], names: Iterable[str]) -> bool:
    """Tell whether a job function wants a retry after an exception.

    :param exception: class of what a job raised
    :param names: full names of classes; one of them also stands for its subclasses
    :return: True when the class or one of its bases is named
    """
    wanted = set(names)
    return bool(wanted) and not wanted.isdisjoint(exception_names(exception))


@dataclass(frozen=True)
class ConflictStep:
    """What to do after a serialization failure.

    :param action: ``now`` to do it again in place, ``later`` to go back to the queue,
        ``give_up`` when the budget is used up
    :param seconds: how long to wait before
    """

    action: Literal["now", "later", "give_up"]
    seconds: float


def conflict_step(
    tries: int,
    postponed: int,
    *,
    rng: Chance = _CHANCE,
    budget: int = CONFLICT_BUDGET,
) -> ConflictStep:
    """Decide what follows a serialization failure.

    Such a failure says nothing against the job: two transactions met, and the loser
    has to do it again. So it has a budget of its own and costs no retry.

    :param tries: failures in a row in this run of the job, at least 1
    :param postponed: how often the job went back to the queue for this reason before
    :param rng: source of chance
    :param budget: how often it may
    :return: the next step
    """
    if tries < CONFLICT_TRIES:
        return ConflictStep("now", rng.uniform(0.0, 0.02 * 2**tries))
    if postponed < budget:
        return ConflictStep("later", CONFLICT_SECONDS)
    return ConflictStep("give_up", 0.0)

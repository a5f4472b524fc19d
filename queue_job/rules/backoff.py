# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How long to leave something alone that does not work.

A connection that was lost, or a database whose schema is broken, is tried again after a
second, then after longer and longer, up to five minutes.
"""

from random import Random

from .retry import Chance, exponential_seconds

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0

_CHANCE = Random()


class Backoff:
    """Delays between tries of one thing.

    :param first: seconds after the first failure
    :param longest: most seconds between two tries
    :param rng: source of chance
    """

    def __init__(
        self,
        first: float = FIRST_SECONDS,
        longest: float = LONGEST_SECONDS,
        rng: Chance = _CHANCE,
    ) -> None:
        self._first = first
        self._longest = longest
        self._rng = rng
        self.failures = 0

    def failed(self) -> float:
        """Note a failure.

        :return: seconds to wait before the next try: never less than ``first``, so that no
            stroke of luck makes a hot loop
        """
        self.failures += 1
        delay = exponential_seconds(
            self.failures, first=self._first, longest=self._longest, rng=self._rng
        )
        return max(self._first, delay)

    def succeeded(self) -> None:
        """Note a success: the next failure starts from the shortest delay again."""
        self.failures = 0


class Quarantine:
    """Databases that are left alone for a while, each for itself.

    :param first: seconds after the first failure
    :param longest: most seconds between two tries
    :param rng: source of chance
    """

    def __init__(
        self,
        first: float = FIRST_SECONDS,
        longest: float = LONGEST_SECONDS,
        rng: Chance = _CHANCE,
    ) -> None:
        self._make = lambda: Backoff(first, longest, rng)
        self._backoffs: dict[str, Backoff] = {}
        self._until: dict[str, float] = {}

    def failed(self, name: str, now: float) -> float:
        """Put a database in quarantine, or leave it there for longer.

        :param name: the database
        :param now: present time in seconds
        :return: when it may be tried again, in seconds on the same clock
        """
        self._until[name] = now + self._backoffs.setdefault(name, self._make()).failed()
        return self._until[name]

    def succeeded(self, name: str) -> bool:
        """Let a database out.

        :param name: the database
        :return: True when it was in
        """
        self._until.pop(name, None)
        return self._backoffs.pop(name, None) is not None

    def holds(self, name: str, now: float) -> bool:
        """Tell whether a database is to be left alone.

        :param name: the database
        :param now: present time in seconds
        """
        return self._until.get(name, now) > now

    def failures(self, name: str) -> int:
        """Return how often a database failed in a row."""
        return self._backoffs[name].failures if name in self._backoffs else 0

    def forget_others(self, names: set[str]) -> None:
        """Forget databases that are gone.

        :param names: those that still exist
        """
        for name in self._until.keys() - names:
            self.succeeded(name)

    def next_release(self) -> float | None:
        """Return when the first database may be tried again, None without any."""
        return min(self._until.values(), default=None)

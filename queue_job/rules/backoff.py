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

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which functions are short enough to share a slot, learnt from those that ran."""

from __future__ import annotations

from collections import OrderedDict

from ..rules.packs import SIZES, Durations, pack_seconds, pack_size

# How the time that claims take is called among the durations.
_CLAIM = "claim"

# Functions remembered: more than any installation has, bounded whatever is enqueued.
_FUNCTIONS = 2000


class PackSizes:
    """A function counts as slow until it has run once."""

    def __init__(self) -> None:
        self._durations = Durations(_FUNCTIONS)
        self._claims = Durations(1)
        #: In how many seconds a pack should be through.
        self.seconds = pack_seconds(0.0)
        self._short: OrderedDict[str, None] = OrderedDict()
        self._size = min(SIZES)
        self._ran: set[str] = set()

    def claimed(self, seconds: float) -> None:
        """A claim took so long, with all that it waited for."""
        self._claims.add(_CLAIM, seconds)
        self.seconds = pack_seconds(self._claims.mean(_CLAIM))

    def ran(self, function: str, seconds: float) -> None:
        """A job of that function took so long."""
        self._durations.add(function, seconds)
        self._short.pop(function, None)
        if self._size_for(function) > 1:
            self._ran.add(function)
            self._short[function] = None
            if len(self._short) > _FUNCTIONS:
                self._short.popitem(last=False)

    def packable(self) -> list[str]:
        """The functions whose jobs may be handed out several at a time."""
        return list(self._short)

    def next_size(self) -> int:
        """Most jobs of a pack of the next claim.

        A claim has one size for all its packs, and does not know yet whose jobs it will
        find: the slowest of the short functions that ran since the last one decides.
        Where that was wrong, the pack gives back what it has not begun in time.
        """
        # By what is known now and not by each run: one that waited for the disk is made up
        # for by those behind it in the same pack.
        sizes = [self._size_for(one) for one in self._ran if one in self._short]
        self._ran.clear()
        if sizes:
            self._size = min(sizes)
        return self._size

    def _size_for(self, function: str) -> int:
        return pack_size(self._durations.mean(function), seconds=self.seconds)

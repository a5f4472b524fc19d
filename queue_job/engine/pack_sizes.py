# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which functions are short enough to share a slot, learnt from those that ran."""

from __future__ import annotations

from collections import OrderedDict

from ..rules.packs import Durations, pack_size

# Functions remembered: more than any installation has, bounded whatever is enqueued.
_FUNCTIONS = 2000


class PackSizes:
    """A function counts as slow until it has run once."""

    def __init__(self) -> None:
        self._durations = Durations(_FUNCTIONS)
        self._short: OrderedDict[str, None] = OrderedDict()

    def ran(self, function: str, seconds: float) -> None:
        """A job of that function took so long."""
        self._durations.add(function, seconds)
        self._short.pop(function, None)
        if pack_size(self._durations.mean(function)) > 1:
            self._short[function] = None
            if len(self._short) > _FUNCTIONS:
                self._short.popitem(last=False)

    def packable(self) -> list[str]:
        """The functions whose jobs may be handed out several at a time."""
        return list(self._short)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many jobs of a channel may share a slot, learnt from those that ran."""

from __future__ import annotations

from ..rules.packs import MAX_PACK, Durations, pack_size

# Functions remembered per channel: enough to tell a channel of short jobs from a
# mixed one, bounded whatever is enqueued.
_FUNCTIONS_PER_CHANNEL = 64


class PackSizes:
    """The claim takes packs by channel, durations are known by function: a channel is
    as quick as the slowest function lately seen in it. An unknown function counts as
    slow until it has run once."""

    def __init__(self) -> None:
        self._durations = Durations()
        self._functions: dict[str, dict[str, None]] = {}

    def saw(self, channel: str, function: str) -> None:
        """A job of that function was claimed from that channel."""
        seen = self._functions.setdefault(channel, {})
        seen.pop(function, None)
        seen[function] = None
        if len(seen) > _FUNCTIONS_PER_CHANNEL:
            seen.pop(next(iter(seen)))

    def ran(self, function: str, seconds: float) -> None:
        """A job of that function took so long."""
        self._durations.add(function, seconds)

    def by_channel(self) -> dict[str, int]:
        """Jobs per pack, for the channels where it is more than one."""
        sizes = {
            channel: min(
                (pack_size(self._durations.mean(function)) for function in functions),
                default=MAX_PACK,
            )
            for channel, functions in self._functions.items()
        }
        return {channel: size for channel, size in sizes.items() if size > 1}

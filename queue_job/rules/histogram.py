# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Durations counted in classes: what a million jobs took, in twenty numbers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

# Upper bounds of the classes in seconds; one more class holds all that is longer. Each is
# two to two and a half times the one before: a percentile read from them is wrong by less
# than that, and a dashboard's reader asks for orders of magnitude.
BOUNDS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0),
)
CLASSES = len(BOUNDS) + 1


def class_of(seconds: float) -> int:
    """Return the number of the class that a duration belongs to.

    :param seconds: negative ones (clocks that disagree) count as none at all
    """
    return bisect_left(BOUNDS, seconds)


def percentile(counts: Sequence[int], share: float) -> float | None:
    """Estimate below which duration a share of all lies, evenly within its class.

    :param counts: how many there are in each class
    :param share: between 0 and 1: 0.95 for the 95th percentile
    :return: seconds; the last bound for what is longer than it, None when there are none
    """
    total = sum(counts)
    if not total:
        return None
    wanted = share * total
    below = 0
    for number, count in enumerate(counts):
        if count and below + count >= wanted:
            if number == len(BOUNDS):
                return BOUNDS[-1]
            low = BOUNDS[number - 1] if number else 0.0
            return low + (BOUNDS[number] - low) * max(wanted - below, 0.0) / count
        below += count
    return BOUNDS[-1]

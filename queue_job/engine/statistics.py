# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the workers of this server have run since it was last written down."""

from __future__ import annotations

from dataclasses import dataclass

from ..rules.histogram import class_of
from ..store import statistics

#: Seconds between two writes: what a dashboard is behind, and what a killed server forgets.
FLUSH_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Ran:
    """One run that has ended, as its worker tells it.

    :param function: ``<model>.method``
    :param end: one of ``store.statistics.ENDS``
    :param waited: seconds from being due to being claimed, None where nobody knows
    :param seconds: how long it ran
    """

    function: str
    channel: str
    end: str
    waited: float | None
    seconds: float


class Statistics:
    """Adds up in memory; one writer per server keeps the rows free of contention."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], statistics.Sums] = {}
        self._flush_at = 0.0

    def add(self, run: Ran) -> None:
        sums = self._sums.setdefault((run.channel, run.function), statistics.Sums())
        setattr(sums, run.end, getattr(sums, run.end) + 1)
        if run.waited is not None:
            sums.wait_seconds += max(run.waited, 0.0)
            sums.waits[class_of(run.waited)] += 1
        sums.run_seconds += run.seconds
        sums.runs[class_of(run.seconds)] += 1

    def wants_flush(self, now: float) -> bool:
        return bool(self._sums) and now >= self._flush_at

    def flush(self, cr, now: float) -> None:
        """Write down what has been added up.

        :param now: value of ``time.monotonic()``
        """
        self._flush_at = now + FLUSH_SECONDS
        sums, self._sums = self._sums, {}
        statistics.add(cr, sums=list(sums.items()))

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many short jobs a worker is handed at once.

Handing over costs more than a short job's own work, so jobs known to be short go
out several at a time, to be run one after the other in one slot.
"""

from collections import OrderedDict

#: Most jobs in a pack. Claiming has a fixed price of about 4 ms of CPU: 0.5 ms a job in
#: packs of eight, where a job that does nothing takes 1 ms in all.
MAX_PACK = 32
#: Sizes of packs: few, as the server plans the claim once for each of them.
SIZES = (MAX_PACK, 16, 8, 4, 2)
#: Jobs whose recent mean is below that many seconds are short.
SHORT_SECONDS = 0.020
#: A pack should be through in that many seconds: what has not begun by then is given
#: back, so planning for more would be for nothing.
PACK_SECONDS = 0.1


def pack_size(mean: float | None, *, alone: bool = False) -> int:
    """Return how many jobs of one kind go into a pack.

    :param mean: recent mean duration in seconds, None when nothing is known yet
    :param alone: the jobs are sequential, limited in rate or have a concurrency key, so
        that each has to be judged by itself
    :return: 1 or one of `SIZES`
    """
    if alone or mean is None or mean >= SHORT_SECONDS:
        return 1
    return next(size for size in SIZES if mean * size <= PACK_SECONDS)


class Durations:
    """Recent mean durations by kind of job, in bounded memory.

    The mean is weighted: the last run counts a fifth. One slow run makes a kind slow at
    once, and it takes several quick ones to be short again, which is the cheaper error.

    :param size: how many kinds are remembered; the one not seen for longest goes first
    :param weight: share of the last run in the mean
    """

    def __init__(self, size: int = 2000, weight: float = 0.2) -> None:
        self._size = size
        self._weight = weight
        self._means: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._means)

    def add(self, kind: str, seconds: float) -> None:
        """Take a run into account.

        :param kind: what the job is, for instance ``<res.partner>.export``
        :param seconds: how long it ran
        """
        seconds = max(0.0, seconds)
        mean = self._means.pop(kind, None)
        self._means[kind] = seconds if mean is None else mean + self._weight * (seconds - mean)
        while len(self._means) > self._size:
            self._means.popitem(last=False)

    def mean(self, kind: str) -> float | None:
        """Return the recent mean of a kind of job.

        :param kind: what the job is
        :return: seconds, None when no run is known
        """
        return self._means.get(kind)

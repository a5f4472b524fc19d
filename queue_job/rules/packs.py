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
#: A pack should be through in that many seconds: what has not begun by then is given
#: back, so planning for more would be for nothing.
PACK_SECONDS = 0.1
#: The same where claiming takes long: on a machine that has too much to do, jobs and claims
#: both take many times their time, and a claim for every few jobs would take what is left.
LONGEST_PACK_SECONDS = 0.5
#: So many times the claim's time goes into a pack, within these bounds.
CLAIMS_PER_PACK = 8
#: So many jobs must fit into a pack's time for them to count as short: 20 ms, as a rule.
FEWEST_IN_TIME = 5


def pack_seconds(claim: float) -> float:
    """Return in how much time a pack should be through.

    :param claim: recent mean of what a claim takes, in seconds
    :return: seconds
    """
    return min(max(PACK_SECONDS, CLAIMS_PER_PACK * claim), LONGEST_PACK_SECONDS)


def pack_size(mean: float | None, *, seconds: float = PACK_SECONDS, alone: bool = False) -> int:
    """Return how many jobs of one kind go into a pack.

    :param mean: recent mean duration in seconds, None when nothing is known yet
    :param seconds: in which a pack should be through, see :func:`pack_seconds`
    :param alone: the jobs are sequential, limited in rate or have a concurrency key, so
        that each has to be judged by itself
    :return: 1 or one of `SIZES`
    """
    if alone or mean is None or mean * FEWEST_IN_TIME >= seconds:
        return 1
    return next(size for size in SIZES if mean * size <= seconds)


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

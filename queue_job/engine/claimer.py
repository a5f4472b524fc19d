# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a runner claims of its database, and when it is worth to look again."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

from ..store import channels, claim, promote
from ..store.prepared import PreparedClaim
from . import channel_sync
from .pack_sizes import PackSizes
from .statistics import Ran
from .worker import Pack

# A full look at the claim index catches what committed late or with a higher priority.
# It may cost a twentieth of the runner's time, and is done at least once a second.
_FULL_SHARE = 20
_FULL_SECONDS = 1.0

# However busy the workers are, jobs whose time has come are put in line this often.
_SURVEY_SECONDS = 1.0


class Claimer:
    """The claim comes first and the survey after the jobs were handed out: what a job
    waits for between its commit and its start is one statement."""

    def __init__(self, settings) -> None:
        # Whether jobs are known, or must be feared, to wait for a worker or for a limit.
        self.has_waiting = True
        self._settings = settings
        self._channels = channel_sync.Tree({})
        self._pack_sizes = PackSizes()
        self._cursors = claim.Cursors()
        self._prepared = PreparedClaim()
        self._full_at = 0.0
        self._survey_at = 0.0
        self._was_full = False
        self._passed_keys = False

    def connected(self) -> None:
        """The connection is a new one: what the last one had prepared is gone."""
        self._prepared = PreparedClaim()

    def reload_channels(self, cr) -> None:
        channel_sync.create_missing(cr)
        self._channels = channel_sync.load(cr, self._settings)

    def look_everywhere(self) -> None:
        """Jobs became ready behind the cursors: the next look is a full one."""
        self._full_at = 0.0

    def learn(self, runs: Iterable[Ran]) -> None:
        """Take note of how long functions run, for the size of later packs."""
        for run in runs:
            if run.end == "done":
                self._pack_sizes.ran(run.function, run.seconds)

    # -- claiming ----------------------------------------------------------------------

    def claim(self, cr, runner_id: int, worker_pids: Sequence[int], dbname: str) -> list[Pack]:
        """Lease packs for idle workers, one each at most.

        :param cr: cursor of the runner's autocommit connection
        :param worker_pids: pids of the idle workers, at least one
        """
        began = time.monotonic()
        self._was_full = began >= self._full_at
        if self._was_full:
            self._cursors.forget()
        claimed = claim.claim(
            cr,
            runner_id=runner_id,
            worker_pids=worker_pids,
            cursors=self._cursors,
            pack=self._pack_sizes.next_size(),
            packable=self._pack_sizes.packable(),
            prepared=self._prepared,
        )
        ended = time.monotonic()
        self._pack_sizes.claimed(ended - began)
        if self._was_full:
            self._full_at = ended + min((ended - began) * _FULL_SHARE, _FULL_SECONDS)
        self.has_waiting = True
        self._passed_keys = any(job.is_keyed for job in claimed)
        is_lacking = sum(job.member == 0 for job in claimed) < len(worker_pids)
        self._survey_at = 0.0 if is_lacking else min(self._survey_at, ended + _SURVEY_SECONDS)
        return self._packs(claimed, dbname)

    def _packs(self, claimed: list[claim.Claimed], dbname: str) -> list[Pack]:
        by_token: dict[int, list[claim.Claimed]] = {}
        for job in claimed:
            by_token.setdefault(job.run_token, []).append(job)
        return [
            Pack(
                dbname,
                token,
                tuple((job.id, self._channels.limit(job.channel, job.time_limit)) for job in jobs),
                self._pack_sizes.seconds,
            )
            for token, jobs in by_token.items()
        ]

    # -- what is left when workers stay idle -----------------------------------------------

    def wants_survey(self, now: float) -> bool:
        return now >= self._survey_at

    def survey(self, cr, now: float) -> float | None:
        """Put jobs in line whose time has come, and see what waits.

        :return: seconds until another look may find something, None when only a hint,
            or the next poll, can tell
        """
        promoted = promote.promote(cr)
        waiting = channels.waiting(cr)
        self.has_waiting = bool(waiting)
        # An idle database is left alone; in a busy one those that fall due compete.
        self._survey_at = now + _SURVEY_SECONDS if waiting else math.inf
        is_new = not self._channels.names.issuperset(waiting)
        if is_new:
            self.reload_channels(cr)
        if promoted or is_new:
            self.look_everywhere()
            return 0.0
        if not waiting:
            return promote.seconds_to_next(cr)
        if not self._was_full:
            # What waits lies before a cursor (it committed late), or a limit holds it
            # back: a full look tells.
            return max(self._full_at - now, 0.0)
        if self._passed_keys:
            # Of several jobs with one key the claim took one: those behind come next.
            return 0.0
        # A limit holds it back, maybe until another node's job ends; or somebody has
        # locked the row for a moment.
        return _FULL_SECONDS

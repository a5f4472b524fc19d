# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""May jobs of this database run on this server now?"""

from __future__ import annotations

import logging
from functools import cache

from odoo.modules import Manifest

from ..store import databases, stamp
from ..store.databases import Kind, Obstacle

_logger = logging.getLogger(__name__)

# How long an answer holds. Modules change while jobs run, and at the first moment of it
# nothing more may begin; a runner that is busy looks ten times a second.
_SECONDS = 1.0

# What an operator has to do something about; the rest passes by itself, or is meant so.
_WARNINGS = (
    Kind.READ_ONLY,
    Kind.OLDER_CODE,
    Kind.OLDER_DATABASE,
    Kind.COPIED,
    Kind.NEUTRALIZED,
)


@cache
def version_of(module: str) -> str | None:
    """Version of a module's code as it was when this process first asked.

    Code that is replaced on the disk later is not what this process runs.

    :return: None where the module's code is not on this machine
    """
    manifest = Manifest.for_addon(module, display_warning=False)
    return manifest.version if manifest else None


class Readiness:
    """The answer for one database, asked again every second at most.

    :param dbname: its name, for the log
    :param adopt_copies: take over a copied database instead of leaving it alone
    """

    def __init__(self, dbname: str, *, adopt_copies: bool = False) -> None:
        self._dbname = dbname
        self._adopt_copies = adopt_copies
        self._until = 0.0
        self._said: Obstacle | None = None
        self.obstacle: Obstacle | None = None

    def forget(self) -> None:
        """Ask again next time: the database may be another one."""
        self._until = 0.0

    def check(self, cr, now: float) -> Obstacle | None:
        """Say what keeps jobs from running, and log it when that changes.

        :param now: value of ``time.monotonic()``
        :return: None when they may run
        """
        if now < self._until:
            return self.obstacle
        self.obstacle = self._ask(cr)
        self._until = now + _SECONDS
        if self.obstacle != self._said:
            self._say()
        return self.obstacle

    def _ask(self, cr) -> Obstacle | None:
        obstacle = databases.why_not_ready(cr, version_of=version_of)
        # A neutralized copy was made for tests: that wins.
        if obstacle and obstacle.kind is Kind.COPIED and self._adopt_copies:
            stamp.adopt(cr)
            _logger.warning(
                "%s: taken over, as adopt_copies is set, though %s", self._dbname, obstacle
            )
            return None
        return obstacle

    def _say(self) -> None:
        if self.obstacle is None:
            _logger.info("%s: jobs are run again", self._dbname)
        else:
            log = _logger.warning if self.obstacle.kind in _WARNINGS else _logger.info
            log("%s: no jobs are run: %s", self._dbname, self.obstacle)
        self._said = self.obstacle

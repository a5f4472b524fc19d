# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The claim, planned once for many: prepared on the runner's connection.

Planning the claim costs the server about 2 ms, running it 0.4 ms. A prepared plan is
only an economy, so whatever goes wrong with it (a pooler that hands each transaction
another server connection, a column that changed its type) is answered by the plain text.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import psycopg2

from .claim_statement import BEGIN, CLAIM_BODY

# Types of the places, as the statement uses them.
_TYPES = {
    "now": "timestamp",
    "known": "int[]",
    "floor": "bigint",
    "channels": "text[]",
    "priorities": "int[]",
    "dates": "timestamp[]",
    "ids": "int[]",
    "untils": "int[]",
    "exclude": "text[]",
    "packable": "text[]",
    "runner_id": "bigint",
    "worker_pids": "int[]",
}

# These bound LIMITs: the planner must know them, or it expects a million rows.
_LITERALS = ("slots", "pack")

# The plan is made when the statement first runs, maybe on an empty table, and must hold
# for a million rows (a new ANALYZE makes it anew, but comes late): with these there is
# none but by the indexes that the statement is written for.
_BY_INDEX = (
    "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; "
    "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;"
)

# What says that the statement is not there, is there already, or does not fit any more.
_UNUSABLE = (
    psycopg2.errors.InvalidSqlStatementName,
    psycopg2.errors.DuplicatePreparedStatement,
    psycopg2.errors.FeatureNotSupported,
)


class PreparedClaim:
    """The claim statements that one connection has prepared."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self.is_usable = True

    def execute(self, cr, params: dict[str, Any]) -> None:
        """Run the claim with a prepared plan, by its text where that can't be.

        :param cr: cursor of an autocommit connection, always the same one
        :param params: values for all places of the statement
        """
        if self.is_usable:
            try:
                self._execute_prepared(cr, params)
                return
            except _UNUSABLE:
                # Nothing was done: the error undid the implicit transaction.
                self.is_usable = False
        cr.execute(plain(), params)

    def _execute_prepared(self, cr, params: dict[str, Any]) -> None:
        name, definition, call = _prepared(*(params[key] for key in _LITERALS))
        if name not in self._names:
            cr.execute(definition)
            self._names.add(name)
        cr.execute(call, params)


@cache
def plain() -> str:
    """The claim as one string, to be planned each time."""
    return BEGIN + " " + CLAIM_BODY


@cache
def _prepared(slots: int, pack: int) -> tuple[str, str, str]:
    """Name, PREPARE statement and EXECUTE string for that many slots and pack members.

    The name tells the text: two versions of this addon may meet on one server connection
    of a pooler, and the one must not run the other's statement.
    """
    body = CLAIM_BODY
    for key, value in zip(_LITERALS, (slots, pack), strict=True):
        body = body.replace(f"%({key})s", str(int(value)))
    for position, key in enumerate(_TYPES, start=1):
        body = body.replace(f"%({key})s", f"${position}")
    body = body.replace("%%", "%")
    digest = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()[:12]
    name = f"queue_job_claim_{digest}"
    definition = f"PREPARE {name} ({', '.join(_TYPES.values())}) AS {body}"
    places = ", ".join(f"%({key})s" for key in _TYPES)
    call = f"{_BY_INDEX} {BEGIN} EXECUTE {name} ({places})"
    return name, definition, call

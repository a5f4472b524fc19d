# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""States of a job and the moves between them."""

from collections.abc import Mapping

WAIT_DEPENDENCIES = "wait_dependencies"
PENDING = "pending"
ENQUEUED = "enqueued"
STARTED = "started"
DONE = "done"
CANCELLED = "cancelled"
FAILED = "failed"

# The order is the one of the selection field and of the status bar.
STATES: list[tuple[str, str]] = [
    (WAIT_DEPENDENCIES, "Wait Dependencies"),
    (PENDING, "Pending"),
    (ENQUEUED, "Enqueued"),
    (STARTED, "Started"),
    (DONE, "Done"),
    (CANCELLED, "Cancelled"),
    (FAILED, "Failed"),
]

#: States of a job that a worker holds: ``enqueued`` is leased but not begun.
LEASED: tuple[str, ...] = (ENQUEUED, STARTED)

# wait_dependencies and pending go together: a job put back in the queue waits
# again when one of its parents isn't done (any more).
_QUEUED = frozenset((WAIT_DEPENDENCIES, PENDING))

#: Which states may follow which. A state may always be written over itself. The moves are
#: made by SQL statements and by the models, each from the states that it names: the tests hold
#: all of them to this table.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    WAIT_DEPENDENCIES: frozenset((PENDING, DONE, CANCELLED, FAILED)),
    PENDING: frozenset((WAIT_DEPENDENCIES, ENQUEUED, STARTED, DONE, CANCELLED, FAILED)),
    ENQUEUED: frozenset((STARTED, DONE, CANCELLED, FAILED)) | _QUEUED,
    STARTED: frozenset((DONE, CANCELLED, FAILED)) | _QUEUED,
    DONE: _QUEUED,
    CANCELLED: _QUEUED,
    FAILED: frozenset((DONE, CANCELLED)) | _QUEUED,
}


def is_allowed(old: str, new: str) -> bool:
    """Tell whether a job may go from one state to another.

    :param old: present state
    :param new: wanted state
    :return: True when the move is allowed; a state always leads to itself
    :raise ValueError: when one of the two is no state at all
    """
    for state in (old, new):
        if state not in TRANSITIONS:
            known = ", ".join(TRANSITIONS)
            raise ValueError(f"{state!r} is not a state of a job (known: {known})")
    return old == new or new in TRANSITIONS[old]

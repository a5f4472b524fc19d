# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The job that this thread runs, as the job's own code sees it.

Kept per thread and not in an environment's context: code that a job calls may use
environments of any kind, and must find the same job.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .recording import Recording

_local = threading.local()


@dataclass(slots=True, eq=False)
class CurrentJob:
    """One run of one job.

    :param job_id: id of its row
    :param uuid: the job's, which lines of the server's log carry
    :param function: its method as ``model.method``
    :param cr: the job's own cursor
    :param recording: takes progress and log lines
    :param commit: commits the work so far; None for the cursor's own ``commit``, which
        within a job proves the lease first
    """

    job_id: int
    uuid: str
    function: str
    cr: Any
    recording: Recording
    commit: Callable[[], None] | None = None
    #: Log lines are kept: not while the engine itself settles the job.
    is_heard: bool = field(default=False)
    #: A state was stored or read in this run, so there may be one to forget.
    has_state: bool = field(default=False)


def get() -> CurrentJob | None:
    """Return the job that this thread runs, None when it runs none."""
    return getattr(_local, "job", None)


@contextmanager
def running(job: CurrentJob) -> Iterator[CurrentJob]:
    """Run a block as that job."""
    before = get()
    _local.job = job
    try:
        yield job
    finally:
        _local.job = before


@contextmanager
def heard(job: CurrentJob) -> Iterator[None]:
    """The stretch in which the job's own code runs, whose log lines are kept."""
    job.is_heard = True
    try:
        yield
    finally:
        job.is_heard = False

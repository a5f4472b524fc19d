# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Jobs of older connectors, which are functions: today methods of models are delayed."""

from odoo.addons.queue_job.job import (
    DONE,
    ENQUEUED,
    FAILED,
    PENDING,
    STARTED,
    STATES,
    Job,
)

from ..legacy import warn_once
from .functions import REGISTRY as JOB_REGISTRY
from .functions import job, related_action

__all__ = [
    "DONE",
    "ENQUEUED",
    "FAILED",
    "JOB_REGISTRY",
    "PENDING",
    "STARTED",
    "STATES",
    "Job",
    "job",
    "related_action",
    "whitelist_unpickle_global",
]

warn_once(__name__, "with_delay() on a method of a model")


def whitelist_unpickle_global(name) -> None:
    """Do nothing: arguments of jobs are stored as JSON."""
    warn_once("whitelist_unpickle_global()", "nothing: it can be left out")

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import queue_requeue_job

# The others inherit from it, so it must be there first.
# isort: split
from . import (
    queue_job_send_test,
    queue_jobs_to_cancelled,
    queue_jobs_to_done,
    queue_jobs_to_now,
    queue_jobs_to_priority,
)

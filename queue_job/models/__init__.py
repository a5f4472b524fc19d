# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import (
    base,
    ir_model_fields,
    queue_job,
    queue_job_actions,
    queue_job_attempt,
    queue_job_bucket,
    queue_job_channel,
    queue_job_command,
    queue_job_dependency,
    queue_job_display,
    queue_job_enqueue,
    queue_job_failure,
    queue_job_function,
    queue_job_gc,
    queue_job_graph,
    queue_job_guard,
    queue_job_runner,
    queue_job_table,
    queue_job_test,
)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import (
    test_arguments,
    test_attacks,
    test_auto_delay,
    test_context,
    test_decorators,
    test_delayable,
    test_dependents,
    test_enqueue_orm,
    test_graph,
    test_guard,
    test_identity,
    test_identity_race,
    test_interface,
    test_interface_model,
    test_job,
    test_job_store,
    test_queue_job_model,
    test_run_jobs,
    test_running,
    test_trap_jobs,
)

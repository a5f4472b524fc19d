# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from . import (
    test_collecting,
    test_commit_queue,
    test_event_work_context,
    test_freezing,
    test_listener,
    test_listener_table,
    test_loading,
    test_post_commit,
    test_post_commit_errors,
    test_real_commit,
    test_record_events,
    test_skip_if,
)

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import (
    test_channel,
    test_claim,
    test_claim_locks,
    test_controller,
    test_copies,
    test_cron,
    test_dashboard,
    test_display,
    test_erase,
    test_function,
    test_monitoring,
    test_operations,
    test_prepared,
    test_reports,
    test_runner_model,
    test_security,
    test_statistics,
    test_store,
    test_views,
    test_wizards,
)

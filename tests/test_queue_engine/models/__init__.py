# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import test_queue_effect, test_queue_report, test_queue_run

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

from . import ir_model_fields
from . import base
from . import queue_job
from . import queue_job_guard
from . import queue_job_graph
from . import queue_job_actions
from . import queue_job_failure
from . import queue_job_gc
from . import queue_job_table
from . import queue_job_test
from . import queue_job_dependency
from . import queue_job_channel
from . import queue_job_function
from . import queue_job_runner
from . import queue_job_attempt
from . import queue_job_command
from . import queue_job_display

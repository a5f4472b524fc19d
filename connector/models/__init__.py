# ruff: isort: skip_file
from . import checkpoint
from . import backend_model
from . import binding_jobs
from . import external_binding
from . import queue_job

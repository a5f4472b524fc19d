# ruff: isort: skip_file
from . import base
from . import importers
from . import exporters

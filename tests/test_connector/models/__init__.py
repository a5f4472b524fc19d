# ruff: isort: skip_file
from . import backend
from . import product
from . import bindings

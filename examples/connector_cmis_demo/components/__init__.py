# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# ruff: isort: skip_file
# Components are built in the order of these imports: parents come before their children.
from . import core
from . import browser_binding
from . import adapter
from . import mapper
from . import importer
from . import exporter
from . import listener

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# ruff: isort: skip_file
# Components are built in the order of these imports: parents come before their children.
from . import core
from . import binder
from . import adapter
from . import adapter_json2
from . import adapter_xmlrpc
from . import mapper
from . import mapper_partner
from . import importer
from . import batch_importer
from . import deletion_importer

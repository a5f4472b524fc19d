# ruff: isort: skip_file
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# Components are built in the order of these imports: parents come before their children.
from . import importers
from . import import_mapper
from . import product_mapper
from . import order_mapper
from . import order_importer
from . import plain_orders
from . import exporters
from . import document_exporters
from . import listeners
